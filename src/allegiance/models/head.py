"""From one pass of a model to the log-probabilities of chosen tokens, in two ways.

    sliced    last states times the head's own weights, a slice of the vocabulary at a time:
              of all logits only their log-sum-exp and those chosen are kept
    whole     the model's own logits: whatever it does behind its head is done

Each place is normalised once, however many tokens are predicted there.
"""

from typing import Any

import torch

SLICE = 2048
"""Words of the vocabulary whose logits are held at once."""


def sliced(
    network: Any,
    inputs: dict[str, Any],
    places: torch.Tensor,
    which: torch.Tensor,
    targets: torch.Tensor,
) -> torch.Tensor:
    """Log-probabilities where logits are the head's product with the states (`head_is_linear`)."""
    states: torch.Tensor = network.base_model(**inputs).last_hidden_state[0, places]
    if not len(targets):
        return states.new_empty(0, dtype=torch.float32)
    head = network.get_output_embeddings()
    chosen: torch.Tensor = (states[which].float() * head.weight[targets].float()).sum(1)
    if head.bias is not None:
        chosen += head.bias[targets].float()
    return chosen - _normalisers(head, states)[which]


def whole(
    network: Any,
    inputs: dict[str, Any],
    places: torch.Tensor,
    which: torch.Tensor,
    targets: torch.Tensor,
) -> torch.Tensor:
    """Log-probabilities from the logits that the model itself gives at these places."""
    if not len(targets):
        network.base_model(**inputs)
        return torch.empty(0, device=targets.device)
    logits: torch.Tensor = network(**inputs, logits_to_keep=places).logits[0].float()
    return logits[which, targets] - logits.logsumexp(1)[which]


@torch.inference_mode()
def head_is_linear(network: Any, ids: tuple[int, ...]) -> bool:
    """Whether logits are the head's product with the states, neither capped nor scaled."""
    row = torch.tensor([ids], device=network.device)
    stated = network(input_ids=row, use_cache=False).logits
    states = network.base_model(input_ids=row, use_cache=False).last_hidden_state
    head = network.get_output_embeddings()
    return torch.allclose(
        stated.float(),
        torch.nn.functional.linear(states, head.weight, head.bias).float(),
        rtol=1e-3,
        atol=1e-3,
    )


def _normalisers(head: Any, states: torch.Tensor) -> torch.Tensor:
    """For each state the log-sum-exp of its logits over the whole vocabulary."""
    parts = []
    for start in range(0, head.weight.shape[0], SLICE):
        own = slice(start, start + SLICE)
        bias = None if head.bias is None else head.bias[own]
        logits = torch.nn.functional.linear(states, head.weight[own], bias)
        parts.append(logits.float().logsumexp(1))
    return torch.stack(parts).logsumexp(0)
