"""What Duckling knows: its dimensions, its languages, and how a locale is written for it."""

from __future__ import annotations

DIMENSIONS = (
    "amount-of-money",
    "credit-card-number",
    "distance",
    "duration",
    "email",
    "number",
    "ordinal",
    "phone-number",
    "quantity",
    "temperature",
    "time",
    "time-grain",
    "url",
    "volume",
)

LANGUAGES = frozenset(
    {
        "AF", "AR", "BG", "BN", "CA", "CS", "DA", "DE", "EL", "EN", "ES", "ET", "FA", "FI", "FR", "GA", "HE",
        "HI", "HR", "HU", "ID", "IS", "IT", "JA", "KA", "KM", "KN", "KO", "LO", "ML", "MN", "MY", "NB", "NE",
        "NL", "PL", "PT", "RO", "RU", "SK", "SV", "SW", "TA", "TE", "TH", "TR", "UK", "VI", "ZH",
    }
)  # fmt: skip


def language_of(locale: str) -> str:
    """The language of a locale, as Duckling writes it: ``DE`` of ``de_AT`` and of ``de-AT``."""
    return locale.replace("-", "_").partition("_")[0].upper()


def locale_of(language: str) -> str:
    """The locale of a bot's language: ``de_DE`` of ``de``; one that names a country already stays."""
    written = language.replace("-", "_")
    return written if "_" in written else f"{written}_{written.upper()}"
