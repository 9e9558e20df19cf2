"""Values that servers get wrong: text that is trimmed, re-encoded or read as something else."""

from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
"""Any text for people, with spaces at its ends and signs of every script."""

TRICKY = st.sampled_from(
    [
        " spaces around ",
        "Zo\u00eb",  # one code point …
        "Zoe\u0308",  # … and two, which look alike
        "Straße ẞ İ",
        "日本語 \U0001f98a",
        "100 %25 + a&b=c;d",
        "<b>'\"\\/</b>",
        '{"a": [1, {}]}',
        "null",
        "0012.50",
        "x" * 255,
    ]
)

FREE_TEXT = st.one_of(TRICKY, TEXT)
"""Text that must come back as it was sent."""

NAMES = FREE_TEXT.filter(lambda text: bool(text.strip()))
"""Text that is not blank."""

SEGMENTS = ["eval", "first", "a", "b", "ä", "50%", "c+d", "#1", "a%2Fb", "x.y"]

BRANCHES = st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=3).map("/".join)
"""Names of branches, many of which begin with others."""

PATHS = st.lists(
    st.sampled_from([*SEGMENTS, "data", "ü ö", "q?x=1"]), min_size=0, max_size=2
).flatmap(
    lambda folders: st.sampled_from(["a.bin", "b.txt", "first", "ö %.dat"]).map(
        lambda name: "/".join([*folders, name])
    )
)
"""Paths of files, some of which go through others."""
