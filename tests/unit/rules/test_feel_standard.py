"""FEEL by the book where feelin's own reckoning is not: one line a case, each under the section of DMN 1.5 it is from.

Calculated by the bare standard (`standard`): zones stay as written, and what goes wrong is null.
"""

from datetime import UTC, datetime

import pytest

from rules.feel import feel

NOW = datetime(2026, 2, 5, 1, 30, tzinfo=UTC)

ARITHMETIC = """
# 10.3.2.3, Tables 57 to 60
@"P1D" * 2 → @"P2D"
1.5 * @"P4DT1H" → @"P6DT1H30M"
-2.5 * @"P1Y11M" → @"-P4Y9M"
@"P10Y11M" / 2.5 → @"P4Y4M"
@"P10D" / 4 → @"P2DT12H"
@"P10Y" / @"P5Y" → 2
@"P10D" / @"P5Y" → null
@"P1D" / 0 → null
@"P1Y" + @"P1D" → null
-@"P1DT1H" → @"-P1DT1H"
date("2021-01-01") + duration("PT36H") → date("2021-01-02")
date("2020-01-31") + @"P1M" → date("2020-02-29")
@"P1Y" + date("2020-02-29") → date("2021-02-28")
@"2020-01-01T00:00:00+07:00" - @"2019-12-31T00:00:00Z" → @"PT17H"
@"2020-01-01T00:00:00" - @"2019-12-31T00:00:00Z" → null
@"2020-01-02" - @"2020-01-01T00:00:00+07:00" → @"P1DT7H"
@"2020-01-02" - @"2020-01-01T00:00:00" → null
@"2020-01-02T08:00:00" - @"2020-01-01" → null
time("23:00:00") + @"PT2H" → time("01:00:00")
time("10:00:00") - time("09:15:00") → @"PT45M"
date("2020-01-01") + 1 → null
"a" + 1 → null
2 ** -1 → 0.5
-2 ** 2 → 4
0.1 + 0.2 = 0.3 → true
1.5e3 → 1500
10 / 0 → null
"""

MOMENTS = """
# 10.3.2.3.4 to 10.3.2.3.8 and 10.3.4.1
string(date("999999999-12-31")) → "999999999-12-31"
string(date("-2017-12-31")) → "-2017-12-31"
date("2017-13-01") → null
date("01234-01-01") → null
date(2017, 2, 29) → null
string(time("10:30:00.0001+05:00:01")) → "10:30:00.0001+05:00:01"
time("13:20:00+19:00") → null
time("13:20:00+02:00@Europe/Paris") → null
time("24:00:01") → null
time(12, null, 0) → null
time(11, 59, 45, @"-PT2H45M55S") → time("11:59:45-02:45:55")
string(date and time("2011-12-31T10:15:30.123456789@Europe/Paris")) → "2011-12-31T10:15:30.123456789@Europe/Paris"
date and time("2018-12-10T10:30:00+05:00").time offset → @"PT5H"
date and time("2018-12-10T10:30:00@Etc/UTC").timezone → "Etc/UTC"
date("2018-12-10").weekday → 1
duration("P1Y").days → null
duration("P1DT2H").hours → 2
string(duration("P1DT2H3M4.1234S")) → "P1DT2H3M4.1234S"
string(duration("P0Y")) → "P0M"
duration("P") → null
duration("P1Y1D") → null
duration("P1W") → null
years and months duration(date("2011-12-22"), date("2013-08-24")) → @"P1Y8M"
years and months duration(@"2014-12-31T23:59:59", @"-2019-10-01T12:32:59") → @"-P4033Y2M"
is(@"2012-12-25", @"2012-12-25T00:00:00Z") → false
is(time("23:00:50Z"), time("23:00:50")) → false
is(@"2024-07-01T08:00:00@Europe/Berlin", @"2024-07-01T08:00:00+02:00") → false
is(@"2024-01-01T08:00:00+01:00", @"2024-01-01T07:00:00Z") → false
is(@"P0Y", @"P0D") → false
week of year(date(2005, 1, 1)) → 53
day of year(@"2019-09-17T00:00:00") → 260
day of week(date(2019, 9, 17)) → "Tuesday"
"""

EQUALITY = """
# 10.3.2.2, Tables 41 to 43 and 53 to 55
duration("P1Y") = duration("P365D") → null
100 = "100" → null
null = 0 → false
[1, 2, 3] = [1] → false
{a: 1, b: 2} = {b: 2, a: 1} → true
@"2018-12-08T00:00:00+07:00" = @"2018-12-07T17:00:00Z" → true
time("07:15:00.25") = time("07:15:00.75") → true
@"1969-12-31T23:59:59.9Z" = @"1970-01-01T00:00:00Z" → false
@"2024-05-01T07:15:00.25" < @"2024-05-01T07:15:00.75" → false
is(time("07:15:00.25"), time("07:15:00.75")) → false
(< 10) = (null..10) → false
(= 10) = (= 10) → true
5 in (null..10] → null
null in [1..10] → null
5 in (> 3, null) → true
1 between null and 3 → null
"a" < 1 → null
some x in [1, null] satisfies x > 2 → null
every x in [] satisfies x > 2 → true
not("x") → null
{a: 1, a: 2} → null
"""

LOOPS = """
# 10.3.2.14 and 10.3.2.5
for i in @"1980-01-03"..@"1980-01-01" return i.day → [3, 2, 1]
for i in (1..4) return i → [2, 3]
for i in [2..1] return i → null
for i in "a".."c" return i → null
for i in [@"P1D"..@"P2D"] return i → null
for i in 1..4 return if i = 1 then 1 else i * partial[-1] → [1, 2, 6, 24]
for i in null return i → null
[1, 2, 3][4] → null
[][1] → null
[{a: 1}, {a: 2}][a > 1].a → [2]
[{a: {b: 1}}, {a: {b: [2.1, 2.2]}}].a.b → [1, [2.1, 2.2]]
1[1] → 1
"""

PRECEDENCE = """
# 10.3.1.2: a test after `in` ends where its first operand does
"a" in ["a", "b"] and 1 = 2 → false
"c" in ["a", "b"] or 1 = 1 → true
5 in [1..6] and 7 in [1..6] → false
5 in < 6 and true → true
(5 in (1, 5)) = true → true
5 in [1, 5] = true → true
"""

TYPES = """
# 10.3.2.9 and 10.3.4
null instance of Any → false
{a: null} instance of context<a: string> → true
{a: "x", b: 1} instance of context<a: string, b: number> → true
[[1]] instance of list<list<number>> → true
[1..3] instance of range<number> → true
[1..3] instance of range<date> → false
(function(a: string) a) instance of function<string> -> Any → true
(function(a: string) a) instance of function<number> -> Any → false
(function() 7) instance of function<> -> number → true
(function() 7) instance of function<> -> string → false
(function(a: number) {ten: "x", so: a}) instance of function<number> -> context<ten: string, so: number> → true
(function() ({ten: "x"})) instance of function<> -> context<ten: string, so: number> → false
(function(a: number) a)("x") → null
(function(a: number) a)([10]) → 10
(function(a) a)(1, 2) → null
(function(f, g) f(-4) + g(9))(abs, sqrt) → 7
"""

FUNCTIONS = """
# 10.3.4.2 to 10.3.4.10
matches("x", "[A-Z-[OI]]", "i") → true
matches("O", "[A-Z-[OI]]", "i") → false
matches("hello world", "hello[ ]world ", "x") → true
matches("đường", "^\\p{L}+$") → true
matches("abcd", "(asd)[asd\\0]") → null
matches("a", "a", "z") → null
replace("abracadabra", "bra", "*") → "a*cada*"
replace("0123456789", "(\\d{3})(\\d{3})(\\d{4})", "($1) $2-$3") → "(012) 345-6789"
split("John Doe", "\\s") → ["John", "Doe"]
string length("😀") → 1
"\\U01F600" → "😀"
substring("foobar", -3, 2) → "ba"
string([1, {a: "x"}, null]) → "[1, {a: \\"x\\"}, null]"
number("1.000.000,01", ".", ",") → 1000000.01
number("1,5", ",", ",") → null
decimal(2.5, 0) → 2
decimal(1 / 3, 2.5) → 0.33
round half up(-1.125, 2) → -1.13
round half down(1.125, 2) → 1.12
round up(5.5, 6177) → null
floor(-1.56, 1) → -1.6
modulo(-12, 5) → 3
modulo(10.1, 4.5) → 1.1
min([@"2020-01-01", @"2019-01-01"]) → @"2019-01-01"
max("a", "b") → "b"
min([1, "a"]) → null
sum([]) → null
all([true, null]) → null
mode([6, 1, 9, 6, 1]) → [1, 6]
stddev(2, 4, 7, 5) → 2.08166599946613
list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5) → [5, 5, 7, 8]
list replace([2, 4, 7, 8], 3, 6) → [2, 4, 6, 8]
list replace([2, 4, 7, 8], 2.5, 6) → null
sort([3, 1, 2], function(x, y) x < y) → [1, 2, 3]
union([1, 2], [2, 3]) → [1, 2, 3]
distinct values([1, [1], 1]) → [1, [1]]
list contains([[1]], 1) → false
get value({a: {b: 1}}, ["a", "b"]) → 1
context put({a: {b: 1}}, ["a", "b"], 2) → {a: {b: 2}}
context put(context: {a: {b: 1}}, keys: ["a", "b"], value: 2) → {a: {b: 2}}
context put(context: {a: {b: 1}}, key: ["a", "b"], value: 2) → null
context merge([{a: 1}, {a: 2, b: 3}]) → {a: 2, b: 3}
context([{key: "a", value: 1}, {key: "a", value: 2}]) → null
"""

RANGES = """
# 10.3.4.7, Table 78
[during(5, [1..10]), during(1, (1..10]), during([4..6], [1..10]), during((1..5], (1..10])] → [true, false, true, true]
[finishes(10, [1..10]), finishes(10, [1..10))] → [true, false]
[finishes([5..10), [1..10]), finishes([5..10), [1..10))] → [false, true]
[starts(1, [1..10]), starts(1, (1..10]), starts((1..5], [1..10]), starts([1..10), [1..10])] → [true, false, false, true]
[finished by([1..10], 10), started by([1..10], [1..5]), started by([1..10], (1..5])] → [true, true, false]
[overlaps before([1..5], [5..8]), overlaps before([1..5], (5..8])] → [true, false]
overlaps before([1..5), (1..5]) → true
[overlaps after([5..8], [1..5]), overlaps after([5..8], [1..5))] → [true, false]
overlaps after((1..5], [1..5]) → true
[coincides(5, 5), coincides([1..5], [1..5]), coincides((1..5), [1..5])] → [true, true, false]
[before(1, [2..3]), after([2..3], 1), meets([1..5], [5..10]), meets([1..5), [5..10])] → [true, true, true, false]
before(1, "a") → null
range("[18..21)") → [18..21)
range("[date(\\"2019-01-01\\")..@\\"2020-01-01\\"]").end.year → 2020
range("[21..18]") → null
(= 10).start included → true
(> 10).end → null
"""


def cases(text):
    """The lines of a section as (expression, what it has to equal)."""
    lines = [line for line in text.strip().splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(" → ")) for line in lines]


@pytest.mark.parametrize("section", [ARITHMETIC, MOMENTS, EQUALITY, LOOPS, PRECEDENCE, TYPES, FUNCTIONS, RANGES])
def test_feel_by_the_book(section):
    texts = [text for case in cases(section) for text in case]
    jobs = [{"kind": "expression", "text": text, "strict": False, "standard": True} for text in texts]
    answers = [answer["value"] for answer in feel().perform(jobs, [{}], now=NOW)]
    wrong = [
        f"{texts[at]} is {answers[at]!r}, not {texts[at + 1]}"
        for at in range(0, len(texts), 2)
        if answers[at] != answers[at + 1]
    ]
    assert not wrong


def test_by_the_standard_an_unknown_name_is_null_in_the_house_it_is_refused():
    job = {"kind": "expression", "text": "[x, f(1), 1 +]", "strict": False, "standard": True}
    assert feel().perform([{**job, "text": "[x, f(1)]"}, job], [{}], now=NOW)[0]["value"] == [None, None]
    assert feel().perform([job], [{}], now=NOW)[0]["value"] is None
