"""Open data described for programs: a DCAT 3 catalogue (W3C, 2024) as JSON-LD, and Frictionless data packages (v2)."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from registration.rules.city import city
from registration.rules.open_data import CHANGES, Dataset, File, Licence, Manifest, open_data
from registration.rules.tree_heads import moment
from workflows.definition.values import html_tag

# What makes an absolute address: "page", "catalogue", "changes", or a dataset with a form.
AddressOf = Callable[..., str]

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_DAILY = "http://publications.europa.eu/resource/authority/frequency/DAILY"
_IANA = "https://www.iana.org/assignments/media-types/"
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
MEDIA = {"csv": "text/csv", "jsonl": "application/jsonl", "parquet": "application/vnd.apache.parquet"}
# Of the media types only the registered ones have an address.
_REGISTERED = {"csv", "parquet"}


def dcat(manifest: Manifest | None, address: AddressOf) -> dict[str, Any]:
    """The catalogue; datasets have distributions once an extract was published."""
    about, page = open_data().catalogue, address("page")
    dated = {"dct:modified": _typed("dateTime", moment(manifest.made_at))} if manifest else {}
    return {
        "@context": _CONTEXT,
        "@id": page,
        "@type": "dcat:Catalog",
        "dct:title": _words(about.title),
        "dct:description": _words(about.about),
        "dct:publisher": _publisher(page),
        "dct:license": _id(open_data().licence.path),
        "foaf:homepage": _id(page),
        **dated,
        "dcat:dataset": [_dataset(key, row, manifest, address) for key, row in open_data().datasets.items()],
        "dcat:service": [_service(address)],
    }


def data_package(key: str, manifest: Manifest, address: AddressOf) -> dict[str, Any]:
    """The data package of one dataset: its files with their table schemas."""
    row = open_data().datasets[key]
    return {
        "$schema": _PROFILE,
        "name": key,
        "id": address("dataset", key),
        "title": _both(row.title),
        "description": _both(row.about),
        "created": moment(manifest.made_at),
        "homepage": address("page"),
        "licenses": [_licence(open_data().licence)],
        "contributors": [{"title": _both(city().about.name), "roles": ["publisher"]}],
        "resources": [_resource(key, row, form, file, address) for form, file in manifest.files_of(key)],
    }


def _dataset(key: str, row: Dataset, manifest: Manifest | None, address: AddressOf) -> dict[str, Any]:
    files = manifest.files_of(key) if manifest else []
    dated = {"dct:modified": _typed("dateTime", moment(manifest.made_at))} if manifest else {}
    return {
        "@id": address("dataset", key),
        "@type": "dcat:Dataset",
        "dct:identifier": key,
        "dct:title": _words(row.title),
        "dct:description": _words(row.about),
        "dct:publisher": _publisher(address("page")),
        "dct:license": _id(open_data().licence.path),
        "dct:accrualPeriodicity": _id(_DAILY),
        "dcat:landingPage": _id(address("page")),
        **dated,
        "dcat:distribution": [_distribution(key, form, file, address) for form, file in files],
    }


def _distribution(key: str, form: str, file: File, address: AddressOf) -> dict[str, Any]:
    media = {"dcat:mediaType": _id(_IANA + MEDIA[form])} if form in _REGISTERED else {"dct:format": MEDIA[form]}
    return {
        "@id": address("file", key, form),
        "@type": "dcat:Distribution",
        "dct:title": file.name,
        "dct:license": _id(open_data().licence.path),
        "dcat:accessURL": _id(address("page")),
        "dcat:downloadURL": _id(address("file", key, form)),
        **media,
        "dcat:byteSize": _typed("nonNegativeInteger", str(file.bytes)),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _id("http://spdx.org/rdf/terms#checksumAlgorithm_sha256"),
            "spdx:checksumValue": _typed("hexBinary", file.sha256),
        },
    }


def _service(address: AddressOf) -> dict[str, Any]:
    return {
        "@id": address("changes"),
        "@type": "dcat:DataService",
        "dct:title": _words(open_data().datasets[CHANGES].title),
        "dct:license": _id(open_data().licence.path),
        "dcat:endpointURL": _id(address("changes")),
        "dcat:servesDataset": _id(address("dataset", CHANGES)),
    }


def _resource(key: str, row: Dataset, form: str, file: File, address: AddressOf) -> dict[str, Any]:
    return {
        "name": f"{key}-{form}",
        "path": address("file", key, form),
        "type": "table",
        "format": form,
        "mediatype": MEDIA[form],
        **({} if form == "parquet" else {"encoding": "utf-8"}),
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "schema": {
            "fields": list(_fields(row, as_texts=form != "jsonl")),
            "missingValues": [""],
            "primaryKey": list(row.key),
        },
    }


def _fields(row: Dataset, *, as_texts: bool) -> Iterator[dict[str, Any]]:
    """What has a structure in JSON Lines is a text for people in CSV, and its JSON in Parquet."""
    flat = {"object", "array", "any"}
    for name, column in row.columns.items():
        kind = "string" if as_texts and column.type in flat else column.type
        yield {"name": name, "type": kind, "title": _both(column.title)}


def _publisher(page: str) -> dict[str, Any]:
    return {"@id": f"{page}#publisher", "@type": "foaf:Agent", "foaf:name": _words(city().about.name)}


def _licence(one: Licence) -> dict[str, Any]:
    return {"name": one.name, "path": one.path, "title": _both(one.title)}


def _both(text: Mapping[str, str]) -> str:
    """A data package has one text, so that it has all languages beside each other."""
    return " / ".join(dict.fromkeys(text.values()))


def _words(text: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@value": words, "@language": html_tag(lang)} for lang, words in text.items()]


def _id(address: str) -> dict[str, str]:
    return {"@id": address}


def _typed(kind: str, value: str) -> dict[str, str]:
    return {"@value": value, "@type": f"xsd:{kind}"}
