"""The search, asked what others ask: headings, terms, and the words of readers and reviewers."""

import csv
import re
from collections import defaultdict
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from sinfit.i18n import BUILT_IN

from .test_questions import PAGES, questions

LANGUAGES = BUILT_IN
ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "plugins" / "sinfit-site" / "sinfit_site" / "glossary.csv"
HIT = "[data-search-hit]"

# The words that reviewers and learners typed, and a page that treats them. A page is named by the
# beginning of its address, so a section may be named too.
TYPED = {
    "en": {
        # ordinary words, 18 of which the theme's search did not find
        "install": "install/",
        "optimizer": "stages/optim/",
        "module": "stages/module/",
        "derivative": "stages/",
        "exercise": "stages/",
        "exercises": "stages/",
        "parameters": "stages/module/",
        "RMSprop": "stages/optim/",
        "learning rate": "stages/",
        "broadcasting": "stages/nn/",
        "layers": "stages/nn/",
        "polynomial": "glossary/#polynomial",
        "momentum": "stages/dynamic/#momentum",
        "translate": "translating/",
        "plugin": "publishing/",
        "save": "stages/your-own/#save",
        "seed": "python/#seed",
        "GPU": "install/#gpu",
        "cuda": "questions/errors/#no-cuda",
        "command line": "cli/",
        "scikit-learn": "scikit-learn/",
        "eigenvalues": "stages/numpy/",
        "generators": "how-it-works/",
        "best cubic": "stages/epilogue/",
        "limit cycle": "stages/optim/",
        "chain rule": "stages/",
        "overfitting": "glossary/#overfitting",
        "SGD": "glossary/#stochastic-gradient-descent",
        "Adam": "stages/epilogue/",
        # what learners ask, and what PyTorch tells them
        "how do I install it": "install/",
        "zero_grad": "stages/nn/#forgotten-zero-grad",
        "retain_graph": "stages/autograd/#mistakes",
        "a leaf Variable that requires grad is being used in an in-place operation": (
            "stages/autograd/#mistakes"
        ),
        "Trying to backward through the graph a second time": "stages/autograd/#mistakes",
        "why is .grad None": "stages/autograd/",
        "why does the loss fall quickly, then slowly": "how-it-works/#modes",
        "is it diverging": "stages/your-own/#divergence",
        "loss nan": "questions/#loss-nan",
        "loss does not decrease": "questions/",
        "my loss goes up and down": "questions/#loss-up-and-down",
        "validation": "questions/results/#overfitting",
        "RuntimeError: mat1 and mat2 shapes cannot be multiplied (64x10 and 20x5)": (
            "questions/errors/#mat1-and-mat2"
        ),
        "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy()": (
            "questions/errors/#cannot-call-numpy"
        ),
    },
    "ko": {
        "최적화": "glossary/#optimizer",
        "브로드캐스팅": "glossary/#broadcasting",
        "에포크": "glossary/#epoch",
        "과적합": "glossary/#overfitting",
        "그래디언트": "glossary/#gradient",
        "기울기": "glossary/#gradient",
        "파라미터": "glossary/#parameter",
        "편미분": "glossary/#partial-derivative",
        "경사 하강법": "glossary/#gradient-descent",
        "학습률": "stages/",
        "르장드르": "stages/legendre/",
        "변화도": "stages/",
        "변화도를": "stages/",
        "손실은": "glossary/#loss",
        "설치": "install/",
        "설치하는 방법": "install/",
        "옵티마이저가": "stages/optim/",
        "역전파가 뭐예요": "glossary/#backpropagation",
        "플러그인을 만드는 방법": "plugins/",
        "레이어": "glossary/#layer",
        "변화도 초기화": "questions/#loss-up-and-down",
        "zero_grad": "stages/nn/#forgotten-zero-grad",
        "결정계수 R²": "glossary/#coefficient-of-determination",
        "특성 스케일링": "glossary/#feature-scaling",
        "backward": "stages/",
        "손실이 nan": "questions/#loss-nan",
        "손실이 줄지 않아요": "questions/",
    },
    "zh": {
        "学习率": "questions/#which-learning-rate",
        "学习速率": "glossary/#learning-rate",
        "梯度下降": "glossary/#gradient-descent",
        "怎么安装": "install/",
        "梯度清零": "stages/nn/#forgotten-zero-grad",
        "损失 nan": "questions/#",
        "过拟合怎么看": "questions/results/",
        "梯度归零": "glossary/#clearing-the-gradients",
        "勒让德": "stages/legendre/",
        "优化": "stages/optim/",
        "三阶多项式": "glossary/#cubic-polynomial",
        "三次多项式": "glossary/#cubic-polynomial",
        "损失不下降": "questions/#does-not-fall",
        "损失": "glossary/#loss",
        "过拟合": "glossary/#overfitting",
        "泛化": "glossary/#generalization",
        "偏导数": "glossary/#partial-derivative",
        "特征缩放": "glossary/#feature-scaling",
        "迭代": "glossary/#iteration",
        "怎么写插件": "plugins/",
        "反向传播": "stages/",
        "权重共享": "stages/dynamic/",
        "命令行": "cli/",
        "决定系数 R²": "glossary/#coefficient-of-determination",
        "gradient": "glossary/#gradient",
    },
}


@pytest.fixture
def ask(open_page):
    """Ask the code of the box in a page of a language: the addresses of each query's hits."""

    def ask_all(language, queries):
        page = open_page(f"/{language}/")
        found = page.evaluate(
            """async queries => {
                const { find } = document.querySelector(".md-search").sinfit, found = {};
                for (const query of queries) {
                    found[query] = (await find(query)).map(sections => sections[0].url);
                }
                return found;
            }""",
            list(queries),
        )
        assert page.troubles == []
        return found

    return ask_all


def headings(site, language):
    """The pages that have each heading; 'Exercises' is on every stage, and any of them will do."""
    found = defaultdict(set)
    for path in (site / language).rglob("index.html"):
        place = path.parent.relative_to(site / language)
        if place.name == "notebook":
            continue
        article = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").article
        for heading in article.select("h1, h2, h3, h4, h5, h6"):
            for anchor in heading.select(".headerlink"):
                anchor.decompose()
            text = " ".join(heading.get_text().split())
            found[text].add("" if place == Path() else f"{place.as_posix()}/")
    return found


def names(language):
    """The entries of the glossary that each name may lead to."""
    found = defaultdict(set)
    with GLOSSARY.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            entry = "glossary/#" + re.sub(r"\W+", "-", row["en"].lower())
            columns = {"en", "en_also", language, f"{language}_also", f"{language}_wrong"}
            for name in ";".join(row.get(column, "") for column in columns).split(";"):
                found[name].add(entry)
    found.pop("", None)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_heading_finds_its_page(site, ask, language):
    wanted = headings(site, language)
    assert len(wanted) > 200
    found = ask(language, wanted)
    missed = {
        heading: hits[:3]
        for heading, hits in found.items()
        if not wanted[heading] & {hit.partition("#")[0] for hit in hits[:3]}
    }
    assert missed == {}
    assert not [hit for hits in found.values() for hit in hits if "/notebook/" in hit]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_is_found_by_its_title(site, ask, language):
    wanted = {
        title: f"{page}/#{name}"
        for page in PAGES
        for name, title, _ in questions(site, language, page)
    }
    found = ask(language, wanted)
    assert {title: hits[:3] for title, hits in found.items() if wanted[title] not in hits[:3]} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_and_synonym_finds_its_entry(ask, language):
    wanted = names(language)
    assert len(wanted) > 100
    found = ask(language, wanted)
    assert {name: hits[:3] for name, hits in found.items() if not wanted[name] & {*hits[:3]}} == {}


def test_a_korean_term_is_found_with_its_particle(ask):
    wanted = {}
    for name, entries in names("ko").items():
        if "가" <= name[-1] <= "힣" and len(name) > 1:
            closed = (ord(name[-1]) - ord("가")) % 28
            for particle in ("을 은 이 에서", "를 는 가 의")[not closed].split():
                wanted[name + particle] = entries
    assert len(wanted) > 300
    found = ask("ko", wanted)
    assert {word: hits[:3] for word, hits in found.items() if not wanted[word] & {*hits[:3]}} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_readers_type_finds_a_page_that_treats_it(ask, language):
    found = ask(language, TYPED[language])
    missed = {
        query: hits[:3]
        for query, hits in found.items()
        if not any(hit.startswith(TYPED[language][query]) for hit in hits[:3])
    }
    assert missed == {}


def test_what_no_page_has_finds_nothing(ask):
    assert ask("en", ["xylophone"]) == {"xylophone": []}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_loaded_before_a_search(open_page, language):
    page = open_page(f"/{language}/stages/numpy/")
    loaded = []
    page.on("response", lambda answer: loaded.append((answer.url, len(answer.body()))))
    page.reload(wait_until="networkidle")
    assert not [url for url, _ in loaded if "pagefind" in url or "lunr" in url or "/search/" in url]
    loaded.clear()
    with page.expect_response("**/pagefind/pagefind.js"):
        page.click(".md-search__input")
    page.keyboard.insert_text("sinfit.fit")
    page.wait_for_selector(HIT)
    # less than the index alone that the theme loaded on every page, searched or not (kB, measured)
    assert sum(size for _, size in loaded) < {"en": 300, "ko": 448, "zh": 515}[language] * 1000


@pytest.mark.parametrize(
    ("language", "query", "first", "scheme", "width"),
    [
        ("en", "learning rate", "learning rate", "light", 1280),
        ("ko", "변화도를", "변화도", "dark", 1280),
        ("zh", "梯度清零", "梯度清零", "light", 390),
    ],
)
def test_a_reader_searches_by_keyboard(open_page, language, query, first, scheme, width):
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(f"/{language}/stages/numpy/", scheme, width)
    if width < 960:
        page.click("label.md-header__button[for=__search]")
    else:
        page.keyboard.press("/")
    field = page.locator(".md-search__input")
    assert field.evaluate("field => field === document.activeElement")
    page.keyboard.type(query)
    page.wait_for_selector(HIT)
    assert first in page.locator(HIT).first.inner_text()
    count = page.locator(HIT).count()
    assert str(count) in page.inner_text(".md-search [role=status]")
    assert page.locator(f"{HIT} mark").count() > 0
    over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert over <= 0

    page.wait_for_timeout(500)  # the box fades in, and axe measures its contrast
    found = Axe().run(page, context=".md-search").response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:160]) for each in found] == []

    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.matches('[data-search-hit]')")
    page.keyboard.press("ArrowUp")
    assert field.evaluate("field => field === document.activeElement")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/{language}/glossary/\?.*#"))
    assert first in page.locator("article tr:has(:target)").inner_text()
    assert page.locator("article mark").first.inner_text() == first
    assert page.troubles == []


@pytest.mark.parametrize("key", ["/", "f", "s"])
def test_a_key_opens_the_search_and_escape_closes_it(open_page, key):
    page = open_page("/en/")
    page.keyboard.press(key)
    assert page.evaluate("document.activeElement.matches('.md-search__input')")
    assert page.is_checked("#__search")
    page.keyboard.type(key)  # now it is text
    assert page.input_value(".md-search__input") == key
    page.keyboard.press("Escape")
    assert not page.is_checked("#__search")
    assert page.evaluate("document.activeElement === document.body")


@pytest.mark.parametrize(("language", "query"), [("ko", "변화도"), ("zh", "梯度"), ("en", "loss")])
def test_text_that_comes_without_keys_is_searched(open_page, language, query):
    page = open_page(f"/{language}/")
    page.click(".md-search__input")
    page.keyboard.insert_text(query)
    page.wait_for_selector(HIT)
    assert query in page.locator(HIT).first.inner_text()
    page.click(".md-search button[type=reset]")
    page.wait_for_selector(HIT, state="detached")


def test_other_sections_of_a_page_are_one_key_further(open_page):
    page = open_page("/en/")
    page.keyboard.press("f")
    page.keyboard.type("gradient")
    page.wait_for_selector(HIT)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('details').open")


def test_a_search_that_cannot_be_loaded_says_so(open_page):
    page = open_page("/en/")
    page.route("**/pagefind.js", lambda route: route.abort())
    page.click(".md-search__input")
    page.keyboard.type("loss")
    page.wait_for_function(
        "document.querySelector('.md-search [role=status]').textContent.includes('make serve')"
    )


def test_without_a_script_there_is_no_search(open_page):
    page = open_page("/en/", java_script_enabled=False)
    assert not page.locator(".md-search__input").is_visible()
    assert not page.locator("label[for=__search]").first.is_visible()
    narrow = open_page("/en/", width=390, java_script_enabled=False)
    assert not narrow.locator("label[for=__search]").first.is_visible()
