"""What an office puts on its reports: logo, stamp, signature, background, and its own words."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Assets:
    """The pictures as bytes and the texts of one person's reports.

    `business` may name name, licence, address, phone, email and directive_watermark.
    """

    logo: bytes | None = None
    signature: bytes | None = None
    stamp: bytes | None = None
    background: bytes | None = None
    watermark: str = ""
    business: dict[str, str] = field(default_factory=dict)
