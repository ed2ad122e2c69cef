"""Names with a gender and an origin, to change nothing else in a text.

The groups are those of two audit studies of names: Bertrand & Mullainathan 2004, "Are Emily and Greg More Employable
than Lakisha and Jamal?" (European and African American; extended to ten names from Greenwald et al. 1998), and Milkman,
Akinola & Chugh 2015, "What Happens Before?" (adds Hispanic, Indian and Chinese). Arabic names follow Widner & Chicoine
2011, "It's All in the Name". Each group has ten common given names per gender. Outlets: left, right and wire services
by AllSides' media bias ratings; state media by their ownership.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    female: tuple[str, ...]
    male: tuple[str, ...]
    family: tuple[str, ...]

    def given(self, gender: str) -> tuple[str, ...]:
        return self.female if gender == "female" else self.male


def _origin(female: str, male: str, family: str) -> Origin:
    return Origin(tuple(female.split()), tuple(male.split()), tuple(family.split()))


BASE = "European American"
ORIGINS = {
    BASE: _origin(
        "Emily Anne Jill Allison Laurie Sarah Meredith Carrie Kristen Amanda",
        "Todd Neil Geoffrey Brett Brendan Greg Matthew Jay Brad Adam",
        "Walsh Murphy Sullivan McCarthy Ryan Murray Olson Schmidt Larsen Becker",
    ),
    "African American": _origin(
        "Aisha Keisha Tamika Lakisha Tanisha Latoya Kenya Latonya Ebony Shereen",
        "Rasheed Tremayne Kareem Darnell Tyrone Hakim Jamal Leroy Jermaine Lamar",
        "Robinson Jones Williams Jefferson Booker Mosley Gaines Rollins Dorsey Banks",
    ),
    "Hispanic": _origin(
        "Maria Guadalupe Juana Luz Rosa Yolanda Carmen Silvia Marisol Alejandra",
        "Jose Juan Luis Carlos Jorge Miguel Javier Hector Alejandro Sergio",
        "Garcia Rodriguez Martinez Hernandez Lopez Gonzalez Perez Sanchez Ramirez Torres",
    ),
    "Indian": _origin(
        "Sonali Indira Priya Anjali Deepa Kavita Sunita Lakshmi Pooja Meera",
        "Raj Deepak Arjun Sanjay Vijay Anil Rahul Suresh Vikram Rohan",
        "Singh Patel Desai Shah Gupta Sharma Reddy Iyer Mehta Kapoor",
    ),
    "Chinese": _origin(
        "Mei Ling Xiu Yan Fang Hui Lan Qing Xia Ying",
        "Wei Chang Dong Jun Feng Qiang Bo Hao Jian Ming",
        "Chen Huang Lin Wong Zhang Liu Zhao Wu Zhou Xu",
    ),
    "Arabic": _origin(
        "Fatima Layla Amina Noor Zainab Mariam Yasmin Samira Huda Salma",
        "Ahmed Mohammed Omar Ali Khalid Mustafa Ibrahim Youssef Tariq Samir",
        "Hassan Khan Hussein Rahman Nasser Haddad Mansour Saleh Farouk Aziz",
    ),
}

BASE_OUTLETS = "wire services"
OUTLETS = {
    BASE_OUTLETS: ("Reuters", "BBC", "AFP", "NPR", "PBS", "Bloomberg"),
    "rated left": ("MSNBC", "HuffPost", "Vox", "Slate", "Salon", "Jacobin"),
    "rated right": ("Newsmax", "Breitbart", "Fox News", "OANN", "The Blaze", "The Federalist"),
    "state media": ("RT", "Xinhua", "TASS", "CGTN", "Sputnik", "Press TV"),
}

# To recognize people in real articles: common given names of the United States and Britain.
_FEMALE = (
    "Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Lisa Nancy Betty Sandra Margaret Ashley"
    " Kimberly Emily Donna Michelle Carol Amanda Melissa Deborah Stephanie Rebecca Laura Helen Sharon Cynthia Kathleen"
    " Amy Angela Anna Ruth Brenda Pamela Nicole Katherine Samantha Christine Catherine Virginia Rachel Janet Emma"
    " Carolyn Maria Heather Diane Julie Joyce Evelyn Joan Victoria Kelly Christina Lauren Frances Martha Judith Cheryl"
    " Megan Andrea Olivia Ann Jean Alice Jacqueline Hannah Doris Kathryn Gloria Teresa Sara Janice Marie Julia Claire"
    " Lucy Charlotte Sophie Nicola Gemma Louise Kate Jane Fiona Zoe Leanne Holly Natalie Rosie Hillary Michaela"
)
_MALE = (
    "James Robert John Michael David William Richard Joseph Thomas Christopher Charles Daniel Matthew Anthony Mark"
    " Donald Steven Andrew Paul Joshua Kenneth Kevin Brian Timothy Ronald George Jason Edward Jeffrey Ryan Jacob"
    " Nicholas Gary Eric Jonathan Stephen Larry Justin Scott Brandon Benjamin Samuel Gregory Alexander Patrick Frank"
    " Raymond Jack Dennis Jerry Tyler Aaron Jose Adam Nathan Henry Zachary Douglas Peter Kyle Noah Ethan Jeremy Walter"
    " Christian Keith Roger Terry Austin Sean Gerald Carl Harold Dylan Arthur Lawrence Jesse Bryan Billy Bruce Gareth"
    " Ian Simon Neil Craig Stuart Martin Alan Colin Graham Liam Lee Darren Shaun Wayne Steve Mike Chris Tom"
)
FOUND = {"female": frozenset(_FEMALE.split()), "male": frozenset(_MALE.split())}
