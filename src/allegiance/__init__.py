"""Whom does a language model obey when the people it answers to disagree?"""
