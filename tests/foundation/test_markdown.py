import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.markdown import File, Link, _host, links_of, render

ALLOWED = {"a", "blockquote", "br", "code", "del", "em", "hr", "li", "ol", "p", "pre", "s", "strong", "ul"}
ALLOWED |= {"h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"}


class Parts(HTMLParser):
    """What a browser would make of it: elements, attributes and addresses."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.addresses = set(), set(), []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}
        self.addresses += [value or "" for name, value in attrs if name == "href"]


def assert_inert(html):
    parts = Parts(html)
    assert parts.tags <= ALLOWED
    assert parts.attributes <= {"href", "title", "rel", "start"}
    for address in parts.addresses:
        assert re.match(r"(https?:|mailto:|[^:]*$|/)", address), address


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** and *soft* ~~gone~~", "<p><strong>bold</strong> and <em>soft</em> <s>gone</s></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("# Top\n\n###### Deep", "<h3>Top</h3>\n<h6>Deep</h6>"),
        ("3. three", '<ol start="3">\n<li>three</li>\n</ol>'),
        (
            "[here](/openings/1/)",
            '<p><a href="/openings/1/" rel="noopener noreferrer nofollow">here</a></p>',
        ),
        (
            "[my bank](https://evil.example/x)",
            '<p><a href="https://evil.example/x" rel="noopener noreferrer nofollow">my bank (evil.example)</a></p>',
        ),
        (
            "<https://ok.example/>",
            '<p><a href="https://ok.example/" rel="noopener noreferrer nofollow">https://ok.example/</a></p>',
        ),
        (
            "[me](mailto:a@b.example)",
            '<p><a href="mailto:a@b.example" rel="noopener noreferrer nofollow">me</a></p>',
        ),
        ("![a smile](https://spy.example/p.png)", "<p>a smile</p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
    ],
)
def test_markdown_is_rendered(text, html):
    assert render(text).strip() == html


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("//evil.example/x", "evil.example"),
        ("https://app.example@evil.example/", "evil.example"),
        ("HTTPS://EVIL.example", "evil.example"),
        ("https://bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_link_shows_the_host_it_leads_to(link, host):
    assert f"safe ({host})</a>" in render(f"[safe]({link})")


@pytest.mark.parametrize("level", [1, 2, 6])
def test_headings_start_below_those_of_the_page(level):
    assert f"<h{min(6, level + 1)}>" in render(f"{'#' * level} Head", first_heading=2)


def test_address_that_no_browser_can_read_shows_no_host_of_its_own_making():
    assert _host("http://[::1") == "?"


CORPUS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<iframe src=//e></iframe><form action=//e><input></form><style>*{}</style>",
    '<div hx-get="/x" data-hx-post="/x" data-x="y" style="a" class="b" id="c">text</div>',
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x]( javascript:alert(1) )",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x](file:///etc/passwd)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    '![x" onerror="alert(1)](y)',
    "![<script>alert(1)</script>](y)",
    '[x](/y "onmouseover=alert(1)")',
    '[x](/y\' onmouseover="alert(1)")',
    "[a]: javascript:alert(1)\n\n[a]",
    "`<script>`\n\n```html\n<script>\n```",
    '```"onload=alert(1)\nx\n```',
    "| a |\n|---|\n| <script> |",
]


@pytest.mark.parametrize("text", CORPUS)
def test_hostile_markdown_is_inert(text):
    assert_inert(render(text))


@given(
    st.lists(
        st.sampled_from([*CORPUS, "\n", "> ", "* ", "[", "](", ")", "<", '"', "&", "http://e.example"]), max_size=8
    )
)
def test_any_mixture_of_hostile_markdown_is_inert(parts):
    assert_inert(render("".join(parts)))


# Files

FILES = {
    "desk.webp": File("/files/1/", 800, 600, "WEBP, 40 KB"),
    "list.pdf": File("/files/2/", note="PDF, 240 KB"),
}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "![A <desk>](file:desk.webp)",
            '<p><img src="/files/1/" alt="A &lt;desk&gt;" width="800" height="600" loading="lazy"></p>',
        ),
        (
            "[The *list*](file:list.pdf)",
            '<p><a href="/files/2/" rel="noopener noreferrer nofollow">The <em>list</em> (PDF, 240 KB)</a></p>',
        ),
        ("![No picture](file:list.pdf)", "<p>No picture</p>"),
        ("![Gone](file:gone.webp) and [gone](file:gone.pdf), x", "<p>Gone and gone, x</p>"),
        ("![x](https://far.example/x.png)", "<p>x</p>"),
        ("[x](file:///etc/passwd)", "<p>x</p>"),
    ],
)
def test_files_are_shown_and_linked_and_others_stay_words(text, html):
    assert render(text, files=FILES).strip() == html


def test_without_files_only_words_are_left():
    assert_inert(render("![x](file:desk.webp) [y](file:list.pdf)"))


def test_links_and_pictures_of_a_text_are_told():
    text = "See [the **list**](file:list.pdf).\n\n- ![A desk](file:desk.webp)\n- [out](https://far.example/)"
    assert list(links_of(text)) == [
        Link("file:list.pdf", "the list", is_picture=False),
        Link("file:desk.webp", "A desk", is_picture=True),
        Link("https://far.example/", "out", is_picture=False),
    ]
