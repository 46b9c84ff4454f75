"""The columns of every table: name, type, and one line on what it holds.

Tables are built to these lists and checked against them; the data dictionary is made from
them too. Beside them `trials`, `responses`, `outcomes`, `checks` and `passages` carry a column
for each factor, `factor.<name>`, and each nuisance, `nuisance.<name>`. Null means "does not
apply" or "not measured", never zero.
"""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    """As in the Parquet file."""
    type: pl.DataType
    """Polars type."""
    about: str
    """What it holds, with its unit."""


TEXT, WHOLE, REAL, TRUTH = pl.String(), pl.Int64(), pl.Float64(), pl.Boolean()
TEXTS = pl.List(pl.String())
EVIDENCE = pl.List(
    pl.Struct(
        {
            "part": pl.String(),
            "name": pl.String(),
            "says": pl.String(),
            "cells": pl.List(pl.String()),
            "figure": pl.String(),
            "estimate": pl.Float64(),
            "unit": pl.String(),
            "ci_low": pl.Float64(),
            "ci_high": pl.Float64(),
            "chance": pl.Float64(),
            "p": pl.Float64(),
            "mde": pl.Float64(),
            "bound_low": pl.Float64(),
            "bound_high": pl.Float64(),
            "n_trials": pl.Int64(),
            "n_planned": pl.Int64(),
            "withheld": pl.Boolean(),
            "remark": pl.String(),
        }
    )
)
SHARES = pl.List(pl.Struct({"answer": pl.String(), "share": pl.Float64()}))

KEYS = (
    Column("trial_id", TEXT, "hash of vignette, action texts, model, mode, read-out, replicate"),
    Column("experiment", TEXT, "id of the experiment"),
    Column("scenario", TEXT, "id of the scenario"),
    Column("scenario_version", WHOLE, "version of the scenario"),
    Column("cell", TEXT, "id of the cell: one level of every factor"),
    Column("vignette", TEXT, "id of the vignette: the cell in words, in one nuisance block"),
    Column("wording", WHOLE, "wording set, from 0"),
    Column("control", TEXT, "off, or the side of the positive control: up, down"),
    Column("model", TEXT, "the model's Inspect name"),
    Column("mode", TEXT, "choose"),
    Column("replicate", WHOLE, "repeat of the same vignette, from 0"),
)

LEVEL = (
    Column("se", REAL, "standard error over wordings"),
    Column("ci_low", REAL, "lower end of the 95 % interval, t over wordings"),
    Column("ci_high", REAL, "upper end"),
    Column("bound_low", REAL, "the least it could be, whatever the missing trials are"),
    Column("bound_high", REAL, "the most"),
    Column("n_trials", WHOLE, "measured trials in it"),
    Column("n_planned", WHOLE, "planned trials in it"),
    Column("n_wordings", WHOLE, "wordings in it"),
    Column("coverage", REAL, "measured over planned, in points of 1"),
    Column("withheld", TRUTH, "whether coverage is below the gate"),
)
"""Of a mean over wordings: how sure it is, and how much of it was measured."""

SHARE = (
    Column("estimate", REAL, "mean weight over wordings; a preference share where exact"),
    Column("unit", TEXT, "points of 1"),
    Column("chance", REAL, "what a blind choice among the menu gives, in points of 1"),
    *LEVEL,
)
"""A mean weight of answers, beside chance."""

TRIALS = (
    *KEYS,
    Column("status", TEXT, "measured or missing"),
    Column("missing_reason", TEXT, "why it is missing; null where it is measured"),
    Column("method", TEXT, "exact or sampled; null where missing"),
    Column("case_class", TEXT, "clear, resolved, ambiguous or indeterminate"),
    Column("flags", TEXTS, "flags of the case, delegated reading"),
    Column("cost", REAL, "US dollars, where the provider's prices are known"),
    Column("tokens", WHOLE, "tokens read and written by the model"),
    Column("noise", REAL, "what rounding does to a text's score, nats; null in float32, sampled"),
)

RESPONSES = (
    *KEYS,
    Column("action", TEXT, "the action; null for an answer that names none (no choice)"),
    Column("moves", TEXTS, "what is seen in it, as kind:toward"),
    Column("stance", TEXT, "stance in the delegated reading"),
    Column("stance_strict", TEXT, "stance in the strict reading"),
    Column("stance_counted", TEXT, "stance with imputed moves as the model's own"),
    Column("admissible", TRUTH, "admissible in the delegated reading"),
    Column("admissible_strict", TRUTH, "admissible in the strict reading"),
    Column("admissible_counted", TRUTH, "admissible with imputed moves as the model's own"),
    Column("probability", REAL, "weight in points of 1; a preference share where exact"),
    Column("chance", REAL, "what a blind choice among the menu gives, in points of 1"),
    Column("log_score", REAL, "log-score of the action's texts in nats; null where sampled"),
    Column("log_score_neutral", REAL, "the same after the neutral context, in nats"),
    Column("method", TEXT, "exact or sampled"),
    Column("weighed_by", TEXT, "texts, answer or log_probabilities: where the weight comes from"),
    Column("place", WHOLE, "place in the menu as shown, from 0; null where no menu was shown"),
    Column("depicted", TRUTH, "whether the model does not act but tells, advises or judges"),
)

CHECKS = (
    *KEYS,
    Column("check", TEXT, "comprehension, probe, mismatched or swapped"),
    Column("item", TEXT, "comprehension item; probe; the other scenario; or menu"),
    Column("about", TEXT, "of an item: principals, instruction or consequence"),
    Column("status", TEXT, "measured or missing"),
    Column("missing_reason", TEXT, "why it is missing; null where it is measured"),
    Column("answer", TEXT, "the answer that leads, or the action chosen in the opposite order"),
    Column("right", TEXT, "the right answer, or the action chosen at first"),
    Column("share", REAL, "weight on the right answer, or on a probe's counted one, points of 1"),
    Column("chance", REAL, "what a blind choice among the answers gives, in points of 1"),
    Column(
        "value", REAL, "1 if answer and right agree, else 0; mismatched: nats; probe: as in `known`"
    ),
    Column("shares", SHARES, "every answer with its weight, in points of 1"),
)

KNOWN = (
    Column("model", TEXT, "the model's Inspect name"),
    Column("probe", TEXT, "the probe that was put to the document"),
    Column("document", TEXT, "the document's name"),
    Column("positive", TRUTH, "whether the probe's counted answer is the document's own"),
    Column("status", TEXT, "measured or missing"),
    Column("missing_reason", TEXT, "why it is missing; null where it is measured"),
    Column("answer", TEXT, "the answer that leads"),
    Column("share", REAL, "weight on the counted answer, in points of 1"),
    Column("value", REAL, "exact: that answer's log-score less the other's, nats; else the share"),
    Column("unit", TEXT, "nats, or points of 1; null where missing"),
)

PASSAGES = (
    *KEYS,
    Column("passage", WHOLE, "the passage's number in its vignette, from 0"),
    Column("message", TEXT, "the message that it stands in"),
    Column("channel", TEXT, "the channel that the message came through"),
    Column("words", WHOLE, "length of the passage"),
    Column("status", TEXT, "measured or missing"),
    Column("missing_reason", TEXT, "why it is missing; null where it is measured"),
    Column(
        "whole", REAL, "log-score difference with all of the vignette, one text an action, nats"
    ),
    Column("left_out", REAL, "what the passage adds: whole less the vignette without it, nats"),
    Column("padding", REAL, "what unrelated words of its length add in its place, nats"),
    Column("left_in", REAL, "what it adds alone, to the neutral context, nats"),
)

OUTCOMES = (
    *KEYS,
    Column("action", TEXT, "the action; null for no choice"),
    Column("party", TEXT, "the party"),
    Column("roles", TEXTS, "its roles; none for a third party"),
    Column("instruction", TEXT, "its instruction; null for what befell the party itself"),
    Column("outcome", TEXT, "what became of it"),
    Column("means", TEXTS, "kinds of move that did it"),
    Column("attempted", TRUTH, "whether it was only attempted; false in choose mode"),
    Column("by", TEXT, "model, or the scaffold that imputes it"),
    Column("weight", REAL, "probability of the action, in points of 1"),
    Column("evidence", TEXT, "the action's id, or the answer that named none"),
)

EFFECTS = (
    Column("scenario", TEXT, "id of the scenario; pooled: those of a hypothesis together"),
    Column("model", TEXT, "the model's Inspect name"),
    Column("kind", TEXT, "hypothesis (the experiment's), contrast (the author's), factor, control"),
    Column("outcome", TEXT, "log_score; toward or a stance: share or rate; missing; mismatched"),
    Column("factor", TEXT, "the factor, or the name of the contrast or hypothesis"),
    Column("from", TEXT, "level or levels on the one side"),
    Column("to", TEXT, "level or levels on the other side"),
    Column("less", TEXT, "of an interaction: the change that is taken off; else null"),
    Column("within", TEXT, "what is averaged over: the other factors crossed, or the scenarios"),
    Column("estimate", REAL, "mean change from `from` to `to`, over paired vignettes"),
    Column("unit", TEXT, "nats, points of 1, log-odds, or none"),
    Column("se", REAL, "standard error, see `estimator`; null where nothing varied"),
    Column("df", REAL, "degrees of freedom of the t; null for a profile interval"),
    Column("ci_low", REAL, "lower end of the 95 % interval; null where there is none"),
    Column("ci_high", REAL, "upper end"),
    Column("predicted_low", REAL, "95 % interval for one new scenario: lower end"),
    Column("predicted_high", REAL, "upper end; null but for scenarios at large"),
    Column("p", REAL, "two-sided p of no change"),
    Column("margin", REAL, "of a claim of no effect: the change that still counts as none"),
    Column("p_equivalence", REAL, "p of two one-sided tests that the change is within the margin"),
    Column("verdict", TEXT, "equivalent or not shown, after adjustment; null without a margin"),
    Column("p_adjusted", REAL, "p, or p_equivalence where claimed, adjusted within `family`"),
    Column("family", TEXT, "what it was adjusted with: confirmatory (Holm), or exploratory (BH)"),
    Column("bound_low", REAL, "the least it could be whatever is missing; null for log-odds"),
    Column("bound_high", REAL, "the most"),
    Column("n_trials", WHOLE, "measured trials in it"),
    Column("n_planned", WHOLE, "planned trials in it"),
    Column("n_wordings", WHOLE, "wordings in it"),
    Column("coverage", REAL, "measured over planned, in points of 1"),
    Column("withheld", TRUTH, "whether a side's coverage is below the gate: no headline is given"),
    Column("estimator", TEXT, "how it was estimated"),
    Column("scope", TEXT, "what the interval holds for: see docs/concepts/effects.md"),
    Column("hypothesis", TEXT, "up or down, where that was said before the first trial"),
    Column("confirmatory", TRUTH, "whether it was claimed before the first trial, on this outcome"),
    Column("mde", REAL, "the least true change that would show with power 0.8, in `unit`"),
    Column("noise", REAL, "what rounding does to a text's score, nats; null in float32, sampled"),
    Column("remark", TEXT, "why there is no figure or interval; else null"),
)

COMPARISONS = (
    Column("scenario", TEXT, "id of the scenario"),
    Column("model", TEXT, "the one model"),
    Column("other", TEXT, "the other model, whose figure the first is taken off"),
    Column("kind", TEXT, "level, effect, distance or correlation"),
    Column("outcome", TEXT, "log_score, or toward where answers were sampled"),
    Column("factor", TEXT, "of an effect: the factor, contrast or hypothesis; else what of"),
    Column("from", TEXT, "level or levels on the one side; null but for effects"),
    Column("to", TEXT, "level or levels on the other side"),
    Column("less", TEXT, "of an interaction: the change that is taken off; else null"),
    Column("estimate", REAL, "the other model's figure less the one's; distance; correlation"),
    Column("unit", TEXT, "nats, points of 1; none for a correlation"),
    Column("se", REAL, "standard error over wordings; null for distance and correlation"),
    Column("df", REAL, "degrees of freedom of the t"),
    Column("ci_low", REAL, "lower end of the 95 % interval; null where there is none"),
    Column("ci_high", REAL, "upper end"),
    Column("p", REAL, "two-sided p of no difference; null for distance and correlation"),
    Column("p_adjusted", REAL, "p adjusted within `family`"),
    Column("family", TEXT, "what it was adjusted with: both models and the outcome (BH)"),
    Column("bound_low", REAL, "the least it could be, whatever the missing trials are"),
    Column("bound_high", REAL, "the most"),
    Column("n_trials", WHOLE, "measured trials in it, of both models"),
    Column("n_planned", WHOLE, "planned trials in it"),
    Column("n_wordings", WHOLE, "wordings in it"),
    Column("coverage", REAL, "measured over planned, in points of 1"),
    Column("withheld", TRUTH, "whether a side's coverage is below the gate"),
    Column("estimator", TEXT, "how it was estimated"),
    Column("scope", TEXT, "what the interval holds for"),
    Column("mde", REAL, "the least true difference that would show with power 0.8"),
    Column("remark", TEXT, "why there is no figure or interval, or what to beware of"),
)

DOSES = (
    Column("scenario", TEXT, "id of the scenario"),
    Column("model", TEXT, "the model's Inspect name"),
    Column("outcome", TEXT, "log_score, or toward where answers were sampled"),
    Column("factor", TEXT, "the numeric factor, with six rungs or more"),
    Column("at", TEXT, "levels of the other crossed factors; null for all of them together"),
    Column("dose_unit", TEXT, "unit of its levels"),
    Column("per", TEXT, "what the slope is per: doubling, or unit"),
    Column("rungs", pl.List(pl.Float64()), "doses, from the lowest up"),
    Column("response", pl.List(pl.Float64()), "mean over wordings at each rung, in `unit`"),
    Column("slope", REAL, "mean over wordings of the slope of each wording's line"),
    Column("unit", TEXT, "nats, or points of 1"),
    Column("se", REAL, "standard error of the slope over wordings"),
    Column("df", REAL, "degrees of freedom of the t"),
    Column("ci_low", REAL, "lower end of the slope's 95 % interval, t over wordings"),
    Column("ci_high", REAL, "upper end"),
    Column("p", REAL, "two-sided p of no slope"),
    Column("p_curved", REAL, "p of no bend: small where a line says too little"),
    Column("break_even", REAL, "dose at which the line crosses 0, or a half; null if outside"),
    Column("break_even_low", REAL, "lower end of Fieller's 95 % interval"),
    Column("break_even_high", REAL, "upper end"),
    Column("turns", TEXT, "crosses; above or below throughout; or why there is no interval"),
    Column("margin", REAL, "the change that a claim counts as none; null without a claim"),
    Column("p_hard_line", REAL, "largest p of equivalence of a rung with the lowest"),
    Column("hard_line", TEXT, "hard line or not shown; null without a claimed margin"),
    Column("n_trials", WHOLE, "measured trials in it"),
    Column("n_planned", WHOLE, "planned trials in it"),
    Column("n_wordings", WHOLE, "wordings with a whole curve"),
    Column("coverage", REAL, "measured over planned, in points of 1"),
    Column("withheld", TRUTH, "whether a cell's coverage is below the gate"),
    Column("estimator", TEXT, "how the slope was estimated"),
    Column("scope", TEXT, "what the intervals hold for"),
    Column("remark", TEXT, "why there is no figure or interval; else null"),
)

ARMS = (
    Column("scenario", TEXT, "id of the scenario"),
    Column("model", TEXT, "the model's Inspect name"),
    Column("cell", TEXT, "id of the cell"),
    Column("levels", TEXT, "the levels of the crossed factors, in words"),
    Column("reference", TRUTH, "whether no two principals want different things here"),
    Column("control", TRUTH, "whether it belongs to the positive control"),
    Column("outcome", TEXT, "log_score, or the stance whose share or rate it is"),
    Column("estimate", REAL, "mean over wordings"),
    Column("unit", TEXT, "nats, or points of 1"),
    Column("chance", REAL, "what a blind choice among the menu gives, in points of 1"),
    *LEVEL,
)

CROSSINGS = (
    Column("scenario", TEXT, "id of the scenario"),
    Column("model", TEXT, "the model's Inspect name"),
    Column("hypothesis", TEXT, "the claim with `less`; null for a scenario's first two factors"),
    Column("outcome", TEXT, "the claim's, else the primary one: log_score, or toward"),
    Column("across", TEXT, "the factor along the axis"),
    Column("by", TEXT, "the factor from line to line"),
    Column("level", TEXT, "level of the one; from or to, where a claim takes in more factors"),
    Column("line", TEXT, "level of the other; or the contrast in words"),
    Column("cells", TEXTS, "ids of the cells averaged, or weighed in the design's model"),
    Column("estimate", REAL, "mean over wordings"),
    Column("unit", TEXT, "nats, or points of 1"),
    Column("chance", REAL, "what a blind choice among the menu gives; null for log-scores"),
    Column("se", REAL, "standard error over wordings"),
    Column("ci_low", REAL, "lower end of the 95 % interval, t over wordings"),
    Column("ci_high", REAL, "upper end"),
    Column("bound_low", REAL, "the least it could be, whatever is missing; null in a model"),
    Column("bound_high", REAL, "the most"),
    Column("n_trials", WHOLE, "measured trials in it"),
    Column("n_planned", WHOLE, "planned trials in it"),
    Column("n_wordings", WHOLE, "wordings in it"),
    Column("coverage", REAL, "measured over planned, in points of 1"),
    Column("withheld", TRUTH, "whether coverage is below the gate"),
    Column("estimator", TEXT, "how it was estimated"),
)

FRONTIER = (
    Column("scenario", TEXT, "id of the scenario"),
    Column("model", TEXT, "the model's Inspect name"),
    Column("axis", TEXT, "subversion, or refusal where obeying was open"),
    Column("cell", TEXT, "id of the cell; null for all in which it can arise"),
    Column("n_cells", WHOLE, "cells in it"),
    *SHARE,
)

MISSINGNESS = (
    Column("scenario", TEXT, "id of the scenario"),
    Column("model", TEXT, "the model's Inspect name"),
    Column("factor", TEXT, "a crossed factor"),
    Column("level", TEXT, "one of its levels"),
    Column("share", REAL, "missing over planned trials, in points of 1"),
    Column("ci_low", REAL, "lower end of Wilson's 95 % interval, trials taken one by one"),
    Column("ci_high", REAL, "upper end"),
    Column("n_missing", WHOLE, "missing trials"),
    Column("n_planned", WHOLE, "planned trials"),
    Column("reasons", TEXTS, "each reason with its number of trials, the most frequent first"),
    Column("withheld", TRUTH, "whether coverage is below the gate"),
)

VALIDITY = (
    Column("scenario", TEXT, "id of the scenario"),
    Column("model", TEXT, "the model's Inspect name"),
    Column("check", TEXT, "comprehension, mismatched, swapped, order or framing"),
    Column("item", TEXT, "what of it: an item, all of a kind, a place in the menu"),
    Column("estimate", REAL, "of mean or difference, over wordings"),
    Column("unit", TEXT, "nats, or points of 1"),
    Column("null", REAL, "what it would be by chance, or without the effect"),
    Column("leaning", REAL, "comprehension: what always the same answer gives at best"),
    Column("se", REAL, "standard error over wordings"),
    Column("ci_low", REAL, "lower end of the 95 % interval, t over wordings"),
    Column("ci_high", REAL, "upper end"),
    Column("mde", REAL, "the least departure from `null` that would show with power 0.8"),
    Column("n_trials", WHOLE, "measured rows in it"),
    Column("n_planned", WHOLE, "planned rows in it"),
    Column("n_wordings", WHOLE, "wordings in it"),
    Column("verdict", TEXT, "what it says, in a word: see `analysis/validity.py`"),
)

CORRECTIONS = (
    Column("scenario", TEXT, "id of the scenario"),
    Column("model", TEXT, "the model's Inspect name"),
    Column("outcome", TEXT, "toward, or the stance that was labelled; null without labels"),
    Column("kind", TEXT, "arm (a cell), level, or a comparison: factor, contrast, hypothesis"),
    Column("factor", TEXT, "the factor, or name of the contrast or hypothesis; of an arm: cell"),
    Column("from", TEXT, "level or levels on the one side; null for a rate"),
    Column("to", TEXT, "level or levels on the other side; of a rate: its own"),
    Column("less", TEXT, "of an interaction: the change that is taken off; else null"),
    Column("method", TEXT, "prediction-powered, labels alone, rogan-gladen; none without labels"),
    Column("raw", REAL, "what it is uncorrected: the rate, or change, as it was read by machine"),
    Column("estimate", REAL, "what it is corrected by labels"),
    Column("unit", TEXT, "points of 1"),
    Column("se", REAL, "standard error over wordings, the drawing of labels in it"),
    Column("df", REAL, "degrees of freedom of the t"),
    Column("ci_low", REAL, "lower end of the 95 % interval; null where there is none"),
    Column("ci_high", REAL, "upper end"),
    Column("lambda_from", REAL, "how far predictions are relied on, 0 to 1; null for a rate"),
    Column("lambda_to", REAL, "the same on the other side; of a rate: its own"),
    Column("n_trials", WHOLE, "measured trials in it"),
    Column("n_planned", WHOLE, "planned trials in it"),
    Column("n_labels", WHOLE, "labels in it"),
    Column("n_wordings", WHOLE, "wordings in it"),
    Column("coverage", REAL, "measured over planned, in points of 1"),
    Column("withheld", TRUTH, "whether a side's coverage is below the gate"),
    Column("false_positive_from", REAL, "mean prediction where the label is 0; null for a rate"),
    Column("false_negative_from", REAL, "1 less mean prediction where the label is 1"),
    Column("false_positive_to", REAL, "the same on the other side; of a rate: its own"),
    Column("false_negative_to", REAL, "the same of false negatives"),
    Column("p_judge_error", REAL, "p of no difference in error between the sides; null for a rate"),
    Column("scope", TEXT, "what the interval holds for: see docs/concepts/effects.md"),
    Column("remark", TEXT, "why there is no figure or interval, or what to beware of; else null"),
)

PROBES = (
    Column("scenario", TEXT, "id of the scenario"),
    Column("model", TEXT, "the model's Inspect name"),
    Column("probe", TEXT, "the probe"),
    Column("level", TEXT, "level of realism, or all"),
    Column("estimate", REAL, "mean over wordings of the probe's value"),
    Column("unit", TEXT, "nats: counted answer less the other; or points of 1: its share"),
    Column("se", REAL, "standard error over wordings"),
    Column("ci_low", REAL, "lower end of the 95 % interval, t over wordings"),
    Column("ci_high", REAL, "upper end"),
    Column("share", REAL, "mean weight on the counted answer, in points of 1"),
    Column("n_trials", WHOLE, "measured trials in it"),
    Column("n_planned", WHOLE, "planned trials in it"),
    Column("n_wordings", WHOLE, "wordings in it"),
    Column("auc", REAL, "area under the curve on known documents, the same at all levels"),
    Column(
        "auc_low", REAL, "lower end of its 95 % interval (Hanley-McNeil, Newcombe's score form)"
    ),
    Column("auc_high", REAL, "upper end"),
    Column("n_positive", WHOLE, "known positives measured"),
    Column("n_negative", WHOLE, "known negatives measured"),
    Column("known_positive", REAL, "mean value of the known positives, in `unit`"),
    Column("known_negative", REAL, "mean value of the known negatives"),
    Column("verdict", TEXT, "whether the probe tells the known documents apart"),
    Column("dose_from", TEXT, "baseline of the effect of this dose on what was chosen"),
    Column("dose_outcome", TEXT, "log_score, or toward where answers were sampled"),
    Column("dose_effect", REAL, "that effect, causal: the dose was drawn; null at the baseline"),
    Column("dose_low", REAL, "lower end of its 95 % interval"),
    Column("dose_high", REAL, "upper end"),
    Column("dose_unit", TEXT, "nats, or points of 1"),
    Column("remark", TEXT, "how the estimate may be used"),
)

MANIPULATION = (
    Column("scenario", TEXT, "id of the scenario"),
    Column("model", TEXT, "the model's Inspect name"),
    Column("factor", TEXT, "the factor"),
    Column("from", TEXT, "its baseline"),
    Column("to", TEXT, "the level that is checked"),
    Column("check", TEXT, "comprehension or probe"),
    Column("item", TEXT, "item or probe; null where none tells of the factor"),
    Column("answer", TEXT, "of an item: the answer that is right at the level"),
    Column("estimate", REAL, "change in the weight on that answer, or in the probe's value"),
    Column("unit", TEXT, "points of 1, nats, or none"),
    Column("se", REAL, "standard error over wordings"),
    Column("ci_low", REAL, "lower end of the 95 % interval; paired within blocks"),
    Column("ci_high", REAL, "upper end"),
    Column("p", REAL, "two-sided p of no change"),
    Column("mde", REAL, "the least true change that would show with power 0.8"),
    Column("n_trials", WHOLE, "measured trials in it"),
    Column("n_planned", WHOLE, "planned trials in it"),
    Column("n_wordings", WHOLE, "wordings in it"),
    Column("verdict", TEXT, "what it says, in a word"),
    Column("remark", TEXT, "why there is no figure; else null"),
)

INFLUENCE = (
    Column("scenario", TEXT, "id of the scenario"),
    Column("model", TEXT, "the model's Inspect name"),
    Column("kind", TEXT, "all, realism or message: what the passages are taken from"),
    Column("of", TEXT, "all, the level, or the message"),
    Column("measure", TEXT, "see `analysis/influence.py`"),
    Column("estimate", REAL, "mean over wordings"),
    Column("unit", TEXT, "nats, or points of 1: share of the words"),
    Column("se", REAL, "standard error over wordings"),
    Column("ci_low", REAL, "lower end of the 95 % interval, t over wordings"),
    Column("ci_high", REAL, "upper end"),
    Column("n_passages", WHOLE, "passages in it"),
    Column("n_trials", WHOLE, "trials in it, wholly measured"),
    Column("n_planned", WHOLE, "trials planned"),
    Column("n_wordings", WHOLE, "wordings in it"),
    Column("verdict", TEXT, "of beyond_padding: what it says, in a word; else null"),
)

PAIRWISE = (
    Column("scenario", TEXT, "id of the scenario"),
    Column("level", TEXT, "level of realism, or all"),
    Column("estimate", REAL, "share of labels by which the vignette is the more real, ties half"),
    Column("ci_low", REAL, "lower end of the 95 % interval: Wilson, clustered by vignette"),
    Column("ci_high", REAL, "upper end"),
    Column("n_labels", WHOLE, "labels"),
    Column("n_effective", REAL, "independent labels that these are worth"),
    Column("n_vignettes", WHOLE, "vignettes with a label"),
    Column("n_labellers", WHOLE, "people or judges"),
    Column("n_ties", WHOLE, "ties among the labels"),
    Column("verdict", TEXT, "what it says, in a word"),
)

CHOICE = (
    Column("hierarchy", TEXT, "the order of rank: as_stated, a built-in one, or a file's id"),
    Column("trust_root", TEXT, "the channels that are believed: none, as_stated, or names by +"),
    Column("reading", TEXT, "strict or delegated"),
)
"""What a case is read under; as_stated twice is the run's own reading."""

RANKS = (
    Column("scenario", TEXT, "id of the scenario"),
    Column("cell", TEXT, "id of the cell"),
    Column("control", TEXT, "off, or the side of the positive control: up, down"),
    Column("depicted", TRUTH, "whether the model does not act but tells, advises or judges"),
    *CHOICE,
    Column("case_class", TEXT, "clear, resolved, ambiguous or indeterminate"),
    Column("class_changed", TRUTH, "whether the class is another than the run's own"),
    Column("flags", TEXTS, "flags of the case"),
    Column("overridden", TEXTS, "instructions that give way to higher ones"),
    Column("action", TEXT, "the action"),
    Column("stance", TEXT, "its stance; null where a move of it was not measured"),
    Column("stance_possible", TEXTS, "the stances that it may have: one where all is measured"),
    Column("stance_counted", TEXT, "stance with imputed moves as the model's own"),
    Column("stance_changed", TRUTH, "whether it is another than the run's own in this reading"),
    Column("admissible", TRUTH, "admissible in this reading"),
    Column("admissible_counted", TRUTH, "admissible with imputed moves as the model's own"),
)

RANK_OUTCOMES = (
    Column("scenario", TEXT, "id of the scenario"),
    Column("cell", TEXT, "id of the cell; none in which the scene is only depicted"),
    Column("control", TEXT, "off, or the side of the positive control: up, down"),
    *CHOICE,
    Column("action", TEXT, "the action; null for no choice"),
    Column("party", TEXT, "the party"),
    Column("roles", TEXTS, "its roles; none for a third party"),
    Column("instruction", TEXT, "its instruction; null for what befell the party itself"),
    Column("outcome", TEXT, "what became of it, told in this reading"),
    Column("means", TEXTS, "kinds of move that did it"),
    Column("by", TEXT, "model, or scaffold where it was imputed"),
)

RANK_SHARES = (
    Column("scenario", TEXT, "id of the scenario"),
    Column("model", TEXT, "the model's Inspect name"),
    Column("method", TEXT, "exact (preference shares) or sampled (rates); null where missing"),
    Column("cell", TEXT, "id of the cell; null for all but the control's and depicted ones"),
    *CHOICE,
    Column("outcome", TEXT, "a stance; refusal, admissible or stance_changed"),
    Column("n_cells", WHOLE, "cells in it"),
    Column("class_changed", REAL, "share of these cells whose class is not the run's own"),
    Column("estimate", REAL, "mean weight over wordings; a preference share where exact"),
    Column("unit", TEXT, "points of 1"),
    Column("chance", REAL, "what a blind choice among the menu gives, in points of 1"),
    Column("se", REAL, "standard error over wordings"),
    Column("ci_low", REAL, "lower end of the 95 % interval, t over wordings"),
    Column("ci_high", REAL, "upper end"),
    Column("bound_low", REAL, "the least it could be, whatever the missing trials are"),
    Column("bound_high", REAL, "the most"),
    Column("n_trials", WHOLE, "measured trials in it, all moves of the answers measured"),
    Column("n_planned", WHOLE, "planned trials in it"),
    Column("n_wordings", WHOLE, "wordings in it"),
    Column("coverage", REAL, "measured over planned, in points of 1"),
    Column("withheld", TRUTH, "whether coverage is below the gate"),
)

RANK_PARTIES = (
    Column("scenario", TEXT, "id of the scenario"),
    Column("model", TEXT, "the model's Inspect name"),
    Column("method", TEXT, "exact (preference shares) or sampled (rates); null where missing"),
    *CHOICE,
    Column("party", TEXT, "the party"),
    Column("roles", TEXTS, "its roles; none for a third party"),
    Column("outcome", TEXT, "the worst that becomes of it, by the model's own act"),
    Column("n_cells", WHOLE, "cells in which the party is there, the control's and depicted out"),
    *SHARE,
)

JUDGEMENTS = (
    Column("scenario", TEXT, "id of the scenario"),
    Column("cell", TEXT, "id of the cell"),
    Column("control", TEXT, "off, or the side of the positive control: up, down"),
    Column("depicted", TRUTH, "whether the model does not act but tells, advises or judges"),
    Column("situation", TEXT, "hash of the formal case: cells with the same one share judgements"),
    Column("code", TEXT, "id of the code"),
    Column("kind", TEXT, "what sort of code: ethics, constitution or policy"),
    Column("code_digest", TEXT, "hash of all that the code says"),
    Column("action", TEXT, "the action judged"),
    Column("judgement", TEXT, "required, permitted, forbidden, silent or contradictory"),
    Column("clauses", TEXTS, "the clauses that decide"),
    Column("facts", TEXTS, "the facts that they rely on"),
    Column(
        "excused_by", TEXTS, "clauses that would excuse or pull the other way, and why they lose"
    ),
    Column("untold", TEXTS, "clauses that can't be applied, for the situation does not say"),
    Column("flip", TEXTS, "the smallest change, to a cell of this run, that changes the judgement"),
    Column("flip_judgement", TEXT, "the judgement there; null where no cell of the run changes it"),
    Column("flip_clauses", TEXTS, "the clauses that decide there"),
    Column("dilemma", TRUTH, "whether the code leaves nothing in this situation"),
)

BREAK_EVENS = (
    Column("scenario", TEXT, "id of the scenario"),
    Column("cell", TEXT, "id of the cell"),
    Column("situation", TEXT, "hash of the formal case, as in judgements"),
    Column("action", TEXT, "one action"),
    Column(
        "rival",
        TEXT,
        "the action that it is compared with, an open refusal where one is of the two",
    ),
    Column("balance", TEXT, "ratio; or why there is none: one-sided, unsettled or not stated"),
    Column("gainers", TEXTS, "parties that fare better under `action`"),
    Column("losers", TEXTS, "parties that fare worse"),
    Column("unsettled", TEXTS, "parties of which the author's numbers do not say which"),
    Column("not_stated", TEXTS, "action and party of which nothing is stated, as action: party"),
    Column("ratio_low", REAL, "units lost for each unit gained: lower end, by the numbers stated"),
    Column("ratio_high", REAL, "upper end; null where it has no bound"),
    Column("better", TEXT, "the action whose total is greater over the whole interval; else null"),
)

JUDGED = (
    Column("scenario", TEXT, "id of the scenario"),
    Column("model", TEXT, "the model's Inspect name"),
    Column("cell", TEXT, "id of the cell; null for all but the control and what is depicted"),
    Column("code", TEXT, "id of the code"),
    Column("kind", TEXT, "what sort of code: ethics, constitution or policy"),
    Column("judgement", TEXT, "allowed (required or permitted), forbidden, silent, contradictory"),
    Column("n_cells", WHOLE, "cells in it"),
    *SHARE,
)

INTENDED = (
    Column("scenario", TEXT, "id of the scenario"),
    Column("kind", TEXT, "hypothesis, contrast or factor, as in effects"),
    Column("factor", TEXT, "the factor, or the name of the contrast or hypothesis"),
    Column("from", TEXT, "level or levels on the one side"),
    Column("to", TEXT, "level or levels on the other side"),
    Column("less", TEXT, "of an interaction: the change that is taken off; else null"),
    Column("code", TEXT, "id of the code"),
    Column("code_kind", TEXT, "what sort of code: ethics, constitution or policy"),
    Column("before", TEXT, "at `from`: toward, away, either, neither, silent, unknown, or mixed"),
    Column("after", TEXT, "what it intends at `to`"),
    Column("change", TEXT, "up, down, none, open, neither, silent, unknown, or mixed over pairs"),
)

CLAIMS_CHECKED = (
    Column("claim", TEXT, "id of the claim"),
    Column("sentence", TEXT, "what is said"),
    Column("about", TEXT, "what would make it true"),
    Column("kind", TEXT, "what is counted: see docs/concepts/claims.md"),
    Column("scenario", TEXT, "id of the scenario; pooled: what counts in all of them together"),
    Column("verdict", TEXT, "holds, holds in part, does not hold, or not measured"),
    Column("told", TEXT, "the answer in words"),
    Column("n_held", WHOLE, "of what counts: how many bear the sentence out"),
    Column("n_counted", WHOLE, "how many count"),
    Column("n_untold", WHOLE, "how many do not, for it can't be told"),
    Column("holds_from", REAL, "share of what counts from which it holds"),
    Column("fails_to", REAL, "share up to which it does not hold"),
    Column("evidence", EVIDENCE, "what it rests on, and what models did beside; each with cells"),
)

TABLES = {
    "trials": TRIALS,
    "responses": RESPONSES,
    "outcomes": OUTCOMES,
    "checks": CHECKS,
    "passages": PASSAGES,
    "known": KNOWN,
    "arms": ARMS,
    "effects": EFFECTS,
    "comparisons": COMPARISONS,
    "doses": DOSES,
    "crossings": CROSSINGS,
    "frontier": FRONTIER,
    "missingness": MISSINGNESS,
    "validity": VALIDITY,
    "corrections": CORRECTIONS,
    "probes": PROBES,
    "manipulation": MANIPULATION,
    "influence": INFLUENCE,
    "pairwise": PAIRWISE,
    "judgements": JUDGEMENTS,
    "break_evens": BREAK_EVENS,
    "judged": JUDGED,
    "intended": INTENDED,
    "ranks": RANKS,
    "rank_outcomes": RANK_OUTCOMES,
    "rank_shares": RANK_SHARES,
    "rank_parties": RANK_PARTIES,
    "claims_checked": CLAIMS_CHECKED,
}

ON_REQUEST = ("ranks", "rank_outcomes", "rank_shares", "rank_parties")
"""Tables that a run has only once they were asked for."""


def columns_of(table: str) -> dict[str, pl.DataType]:
    """Name and type of the fixed columns of a table."""
    return {column.name: column.type for column in TABLES[table]}
