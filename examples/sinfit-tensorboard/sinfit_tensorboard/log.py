"""Write a fit as a run of TensorBoard: its losses, its parameters, and what came out."""

from pathlib import Path

from torch.utils.tensorboard import SummaryWriter


def log(result, folder):
    """Write a run, in a folder of its own: `numpy-1`, `numpy-2` and so on.

    Args:
        result: The FitResult.
        folder: Where the runs are.

    Returns:
        The run's folder.
    """
    run = new_folder(Path(folder), result.fitter)
    with SummaryWriter(run) as writer:
        for step, loss, row in zip(
            result.steps_recorded, result.losses, result.parameters_recorded, strict=True
        ):
            writer.add_scalar("loss", loss, step)
            for name, value in zip(result.parameters, row, strict=True):
                writer.add_scalar(f"parameters/{name}", value, step)
        writer.add_scalar("final loss", result.sse, result.nit)
        writer.add_text("result", str(result).replace("\n", "  \n"), result.nit)
    return run


def new_folder(folder, name):
    """Make the first folder of this name and a number that is not there yet."""
    number = 1
    while True:
        run = folder / f"{name}-{number}"
        try:
            run.mkdir(parents=True)
            return run
        except FileExistsError:
            number += 1  # an earlier fit's, or one that ends at the same time
