"""Offer: a record that a plugin returned, and whose it is; Offers: those of a hook, by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sinfit.contract.records import Record
from sinfit.errors import AmbiguousNameError, FitterError, PluginError, UnknownNameError, one_line
from sinfit.ground.ctrl_c import LoadingInterrupted, watching_ctrl_c
from sinfit.ground.entry import load
from sinfit.i18n import _, gettext_of, unknown

HOST = "sinfit"
Spec = TypeVar("Spec", bound=Record)
AnyOffer = TypeVar("AnyOffer", bound="Offer[Any]")


@dataclass(frozen=True)
class Offer(Generic[Spec]):
    """A record that a plugin offers.

    Attributes:
        spec: The record.
        plugin: The plugin's entry point name.
        distribution: The plugin's distribution.
        version: That distribution's version.
        package: The plugin's package, whose catalogs translate its texts.
    """

    spec: Spec
    plugin: str
    distribution: str
    version: str
    package: str

    @property
    def name(self) -> str:
        """The short name, such as `autograd`; of a language its code."""
        return self.spec.key

    @property
    def id(self) -> str:
        """The name that is always unambiguous: `distribution/name`."""
        return f"{self.distribution}/{self.name}"

    def text(self, field: str) -> str:
        """A text of the record, such as its title, in the current language."""
        return gettext_of(self.package, getattr(self.spec, field))

    def load(self, field: str) -> Any:
        """What an entry point of the record names.

        Raises:
            PluginError: It cannot be loaded; a `FitterError` if it is a fitter's.
            LoadingInterrupted: Ctrl-C while it was imported; a KeyboardInterrupt that names it.
        """
        names = {"id": f"{_(self.spec.kind)} {self.id}", "entry": getattr(self.spec, field)}
        with watching_ctrl_c() as ctrl_c:
            try:
                return load(names["entry"])
            except BaseException as error:  # SystemExit, a KeyboardInterrupt of its own, whatever
                if ctrl_c.came:
                    text = _("interrupted while {id} was being loaded from {entry}.")
                    raise LoadingInterrupted(text.format(**names)) from error
                text = _("{id} cannot be loaded from {entry}: {error}")
                kind = FitterError if self.spec.kind == "fitter" else PluginError
                raise kind(text.format(**names, error=one_line(error))) from error


class Offers(Mapping[str, AnyOffer]):
    """The offers of a hook by name, in the order of their specs, then of their names.

    The keys are the short names, or `distribution/name` where two plugins offer one short name.
    Both forms find an offer; a short name that two share raises `AmbiguousNameError`, unless it is
    one of the host's own, which nobody can take.
    """

    def __init__(self, kind: str, offers: Iterable[AnyOffer]) -> None:
        """Take the offers, and the word for what they are, such as `fitter`."""
        self.kind = kind
        ordered = sorted(
            offers, key=lambda o: (getattr(o.spec, "order", 0), o.name, o.distribution)
        )
        self._by_id = {offer.id: offer for offer in ordered}
        self._by_name: dict[str, list[AnyOffer]] = {}
        for offer in ordered:
            self._by_name.setdefault(offer.name, []).append(offer)
        for name, same in self._by_name.items():
            self._by_name[name] = [offer for offer in same if offer.distribution == HOST] or same

    def __getitem__(self, name: str) -> AnyOffer:
        """Find an offer by its short name or by `distribution/name`.

        Raises:
            AmbiguousNameError: Two plugins offer this short name.
            UnknownNameError: There is none of this name; the nearest is offered.
        """
        if name in self._by_id:
            return self._by_id[name]
        same = self._by_name.get(name, [])
        if len(same) > 1:
            text = _("two plugins offer a {kind} {name!r}: use {ids}.")
            ids = " / ".join(offer.id for offer in same)
            raise AmbiguousNameError(text.format(kind=_(self.kind), name=name, ids=ids))
        if not same:
            raise self.unknown(str(name))
        return same[0]

    def unknown(self, name: str) -> UnknownNameError:
        """What to say of a name that nobody offers."""
        return unknown(_(self.kind), name, self, _("`sinfit plugins` shows what is installed."))

    def __contains__(self, name: object) -> bool:
        return name in self._by_id or name in self._by_name

    def __iter__(self) -> Iterator[str]:
        for offer in self._by_id.values():
            yield offer.name if self._by_name[offer.name] == [offer] else offer.id

    def __len__(self) -> int:
        return len(self._by_id)
