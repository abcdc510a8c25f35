"""Record a computational graph inside the kernel: its nodes, and what flowed through them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any


def show(losses: Mapping[str, Callable[[], Any]], **named: Any) -> None:
    """Print the graphs of losses for `[[graph]]`, from a cell that is `build-only`.

    Args:
        losses: By title, a function that computes a loss; it is called once.
        named: Tensors by the names that the drawing gives them: the parameters, and constants.
    """
    found = [{"title": title, "nodes": nodes(loss, named)} for title, loss in losses.items()]
    print(json.dumps(found))  # noqa: T201 (what the cell prints, the directive reads)


def nodes(compute: Callable[[], Any], named: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The nodes of the graph of a loss, each after its inputs, so that the loss comes last.

    Args:
        compute: Computes the loss.
        named: Tensors by name.

    Returns:
        For each node its name, the numbers of its inputs, the value that it gave in the forward
        pass, the gradient of the loss for this value, as it arrived in the backward pass, and the
        gradients that it sent on to its inputs.
    """
    from torch import Tensor
    from torch.overrides import TorchFunctionMode

    values: dict[Any, Any] = {}

    class Watch(TorchFunctionMode):
        def __torch_function__(
            self, function: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            given = function(*args, **(kwargs or {}))
            if isinstance(given, Tensor) and given.grad_fn is not None:
                values[given.grad_fn] = given.detach()
            return given

    with Watch():
        loss = compute()
    order: list[Any] = []

    def visit(node: Any) -> None:
        if node is not None and node not in order:
            for before, _ in node.next_functions:
                visit(before)
            order.append(node)

    visit(loss.grad_fn)
    arrived: dict[Any, Any] = {}
    sent: dict[Any, Any] = {}
    for node in order:
        node.register_prehook(lambda grads, node=node: arrived.update({node: grads[0]}))
        node.register_hook(lambda grads, _, node=node: sent.update({node: grads}))
    loss.backward(retain_graph=True)  # what it has saved is read below
    found = []
    for node in order:
        leaf = getattr(node, "variable", None)
        value = leaf if leaf is not None else values[node]
        found.append(
            {
                "name": _name_of(leaf, named) if leaf is not None else node.name(),
                "detail": "" if leaf is not None else _constant(node, named),
                "leaf": leaf is not None,
                "inputs": [order.index(each) for each, _ in node.next_functions if each],
                "sends": [_short(grad) for grad in sent[node] if grad is not None],
                "value": _short(value),
                "gradient": _short(arrived[node]),
            }
        )
        if leaf is not None:
            leaf.grad = None
    return found


def _name_of(tensor: Any, named: Mapping[str, Any]) -> str:
    return next((name for name, each in named.items() if each is tensor), "?")


def _constant(node: Any, named: Mapping[str, Any]) -> str:
    """What a node multiplies by, or raises to, as autograd has saved it for the backward pass."""
    if node.name().startswith("Pow"):
        return f"^ {node._saved_exponent:g}"
    if not node.name().startswith("Mul"):
        return ""
    for saved in (node._saved_other, node._saved_self):
        if saved is not None and not saved.requires_grad:
            if not saved.shape:
                return f"× {saved.item():g}"
            for name, tensor in named.items():
                if tensor.shape == saved.shape and bool((tensor == saved).all()):
                    return f"× {name}"
    return ""


def _short(tensor: Any) -> str:
    """A number in four digits, or the shape of what is more than a number."""
    return f"{tensor.item():.4g}" if tensor.numel() == 1 else str(tuple(tensor.shape))
