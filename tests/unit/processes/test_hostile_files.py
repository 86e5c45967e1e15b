"""Files made to be read for ever, to fetch something or to bring the reader down: each is refused, and at once."""

import time

import pytest

from engine.bpmn import door
from engine.letters.errors import LetterError
from engine.letters.template import fill_template
from forms.definition import BadForm, parse_form
from processes.bundle import BundleError, digest_of, library, load_bundle, parse_xml, read_bundle
from rules.dmn import Unreadable, parse_decisions
from tests.unit.bpmn.drawings import NOW

FILES = dict(load_bundle(next(path for path in library() if path.name == "household-business")).files)
LAUGHS = b"".join(b'<!ENTITY %c "%s">' % (98 + level, b"&%c;" % (97 + level) * 10) for level in range(9))
OUTSIDE = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions>&x;</definitions>'

DOCUMENT_TYPES = {
    "a billion laughs": b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">' + LAUGHS + b']><definitions id="&j;"/>',
    "a file from outside": OUTSIDE.encode(),
    "an external subset": b'<!DOCTYPE d SYSTEM "http://127.0.0.1/x.dtd"><definitions/>',
    "a parameter entity": b'<!DOCTYPE d [<!ENTITY % p SYSTEM "http://127.0.0.1/x"> %p;]><definitions/>',
    "in utf-16": ('<?xml version="1.0" encoding="utf-16"?>' + OUTSIDE).encode("utf-16"),
    "in utf-16 without a mark": ('<?xml version="1.0" encoding="utf-16be"?>' + OUTSIDE).encode("utf-16-be"),
    "in ebcdic": ('<?xml version="1.0" encoding="cp037"?>' + OUTSIDE).encode("cp037"),
    "in utf-7": b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE d+AD4-<definitions/>',
    "in lower case": b'<!doctype d [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions>&x;</definitions>',
}
TOO_DEEP = b"<definitions>" + b"<a>" * 50_000 + b"</a>" * 50_000 + b"</definitions>"


@pytest.mark.parametrize("source", DOCUMENT_TYPES.values(), ids=DOCUMENT_TYPES)
def test_xml_with_a_document_type_is_refused_wherever_models_enter(source):
    with pytest.raises(door.Refused):
        door.load({"a.bpmn": source})
    with pytest.raises(Unreadable):
        parse_decisions(source)
    with pytest.raises(BundleError):
        parse_xml(source)
    with pytest.raises(BundleError):
        read_bundle({**FILES, "process.bpmn": source})
    if source.startswith(b"<!"):  # a letter comes as text, whatever it was written in
        with pytest.raises(LetterError):
            fill_template(source.decode(), {}, now=NOW)


def test_xml_nested_without_end_is_refused():
    with pytest.raises(door.Refused):
        door.load({"a.bpmn": TOO_DEEP})
    with pytest.raises(Unreadable):
        parse_decisions(TOO_DEEP)
    with pytest.raises(BundleError):
        parse_xml(TOO_DEEP)
    with pytest.raises(LetterError):
        fill_template("<p>" * 50_000 + "</p>" * 50_000, {}, now=NOW)


def test_a_drawing_takes_nothing_from_elsewhere():
    bpmn = "http://www.omg.org/spec/BPMN/20100524/MODEL"
    taken = (
        f'<definitions xmlns="{bpmn}" id="d" targetNamespace="t">'
        '<import importType="http://www.w3.org/2001/XMLSchema" location="file:///etc/passwd" namespace="n"/>'
        '<process id="p" isExecutable="true"><startEvent id="s"/></process></definitions>'
    )
    with pytest.raises(door.Refused) as refused:
        door.load({"a.bpmn": taken.encode()})
    assert "bpmn.import" in {finding.code for finding in refused.value.findings}
    included = '<p xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd" parse="text"/>a</p>'
    assert "root:" not in fill_template(included, {}, now=NOW)


def test_an_element_with_a_hundred_thousand_attributes_is_refused_before_it_is_sorted():
    source = b"<definitions " + b" ".join(b'a%d="1"' % number for number in range(100_000)) + b"/>"
    begun = time.process_time()
    with pytest.raises(BundleError, match="thuộc tính"):
        digest_of({"a.bpmn": source})
    assert time.process_time() - begun < 2


JSON_BOMBS = {
    "deep lists": b'{"components":' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "deep groups": b'{"components":' + b'[{"type":"group","components":' * 400 + b"[]" + b"}]" * 400 + b"}",
    "a number of 100,000 digits": b'{"components":[],"a":' + b"9" * 100_000 + b"}",
    "not a number": b'{"components":[],"a":NaN}',
    "half a letter": b'{"components":[],"a":"\\ud800"}',
    "too many questions": b'{"components":[' + b",".join([b'{"type":"textfield","key":"a"}'] * 30_000) + b"]}",
    "no object": b"[]",
}


@pytest.mark.parametrize("source", JSON_BOMBS.values(), ids=JSON_BOMBS)
def test_a_form_beyond_reason_is_refused(source):
    with pytest.raises(BadForm):
        parse_form(source)


@pytest.mark.parametrize(
    "name", ["deep lists", "deep objects", "a number of 100,000 digits", "half a letter", "no object"]
)
@pytest.mark.parametrize("path", ["forms/application.form", "lists/communes.json"])
def test_a_bundle_with_such_a_file_is_refused(path, name):
    content = JSON_BOMBS[name] if path.endswith(".form") or name != "no object" else b"{}"
    with pytest.raises(BundleError):
        read_bundle({**FILES, path: content})


@pytest.mark.parametrize(
    "source",
    [
        b"a = " + b"[" * 20_000 + b"]" * 20_000,
        b"a = " + b"{a=" * 5_000 + b"1" + b"}" * 5_000,
        b"a = " + b"9" * 100_000,
        b"a" + b".a" * 100_000 + b" = 1",
        b"[a" + b".a" * 100_000 + b"]",
        b"a = {b" + b".b" * 100_000 + b" = 1}",
    ],
    ids=["deep lists", "deep tables", "digits", "a key of many parts", "a table of many parts", "many parts inside"],
)  # fmt: skip
def test_settings_beyond_reason_are_refused_at_once(source):
    begun = time.process_time()
    with pytest.raises(BundleError):
        read_bundle({**FILES, "procedure.toml": source})
    assert time.process_time() - begun < 2
