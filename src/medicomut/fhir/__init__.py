"""Belgian FHIR messages: eAttest and eTariff requests read as lines of care."""

from medicomut.fhir.lines import BundleLines, Kind, is_bundle, read_bundle

__all__ = ["BundleLines", "Kind", "is_bundle", "read_bundle"]
