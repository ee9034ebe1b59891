"""Prose becomes a tree in which nothing is raw and nothing leads out of the report by itself."""

from __future__ import annotations

import pytest

from seglib.report.tree import nodes, printable, trees, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a `#eval`{=typst} b", "a {=typst} b"),
        ("<w:p>x</w:p>\n\nb", "<w:p>x</w:p> b"),
        ("a <script>b</script>", "a <script> b </script>"),
        ("![alt](https://example.org/a.png)", "alt"),
        ("![alt](file:///etc/passwd)", "alt"),
        ("[a](javascript:b) [c](../d.csv) [e](#nowhere)", "a c e"),
        ("[D] :smile: H~2~ {#figure-1} ::: x", "[D] :smile: H~2~ {#figure-1} ::: x"),
        ("a <!-- b --><sub>c</sub>", "a c"),
        ("a\x00\x1b\ud800 b\u202e\u2066", "a b"),
    ],
)
def test_a_value_that_means_something_elsewhere_is_text(text, words):
    (tree,) = trees([text])
    assert words_of(tree) == words
    for kind in ("RawInline", "RawBlock", "Image", "Link", "Div", "Span"):
        assert not list(nodes(tree, kind))


def test_a_raw_block_is_code_to_be_read():
    (tree,) = trees(['```{=typst}\n#panic("x")\n```'])
    assert tree == [{"t": "CodeBlock", "c": [["", [], []], '#panic("x")']}]


def test_links_to_what_is_there_stay():
    (tree,) = trees(
        ["## Own part\n\n[a](#own-part) [b](#figure-1) [c](https://example.org)"], ["figure-1"]
    )
    addresses = [node["c"][2][0] for node in nodes(tree, "Link")]
    assert addresses == ["#own-part", "#figure-1", "https://example.org"]
    assert tree[0]["c"][:2] == [1, ["own-part", [], []]]


def test_a_heading_does_not_take_the_id_of_a_figure():
    (tree,) = trees(["## Figure 1\n\n[a](#figure-1)"], ["figure-1"])
    assert tree[0]["c"][1][0] == "figure-1-2"


def test_a_text_that_does_not_end_its_code_keeps_to_itself():
    first, second = trees(["```\nopen", "## Second"])
    assert first[0]["t"] == "CodeBlock" and second[0]["t"] == "Header"


def test_a_text_cannot_pass_for_two():
    assert len(trees(["a\n\nseglib" + "0" * 64 + "\n\nb", "c"])) == 2
    assert trees([]) == []


def test_what_folds_on_a_page_has_its_title_above_it_on_paper():
    (tree,) = trees(["<details><summary>Solution</summary>\n\nHalf.\n\n</details>"])
    assert words_of(tree) == "Solution Half." and list(nodes(tree, "Strong"))


def test_no_text_of_a_document_holds_what_no_document_can_hold():
    assert printable({"a": ["b\x00", ("\ufffe", 1, None)]}) == {"a": ["b", ["", 1, None]]}
