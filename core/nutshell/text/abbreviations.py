"""Abbreviations that end in a period, by language and by what may follow them.

`NEVER` cannot end a sentence: a name, a number or the rest of the phrase follows. `NUMBER` cannot when a number
follows. `MAY` can; only the next word decides. All are in lower case, without their last period.
"""

from __future__ import annotations


def _sets(table: dict[str, str]) -> dict[str, frozenset[str]]:
    return {lang: frozenset(words.split()) for lang, words in table.items()}


NEVER = _sets(
    {
        "en": "mr mrs ms messrs mmes dr prof gen sen rep reps gov capt cpt cmdr cdr comdr lt col maj sgt"
        " cpl pvt adm rear brig det insp supt rev revd fr hon pres amb st ste mt mts ft sr.a mx vs v cf"
        " e.g eg i.e ie viz approx dept univ assn bros bldg ald atty asst assoc rt a.k.a r.i.p op sec.gen"
        " lt.gen maj.gen brig.gen lt.col",
        "de": "dr prof hr fr frl hrn st bzw z.b zb d.h dh u.a ua o.ä i.d.r z.t ca vgl evtl ggf geb gest"
        " inkl exkl zzgl bspw sog z.zt u.u v.a m.e i.a s.o s.u vs nr abs art ing dipl mag lic hl sen jun"
        " gen lt jr.a max min mind eig allg amtl bes bibl biol chem geogr gegr hist jur kath kfm lat lt"
        " math med mil milit phil phys pol rd röm schweiz soz südl nördl östl westl tägl tel telef theol"
        " ugs urspr verh versch wiss zool z.hd",
        "es": "sr sra srta sres dr dra d dña da prof profa lic ing arq gral gen cnel cap tte sto sta ud"
        " uds vd vds p.ej ej aprox admón dpto depto av avda c pza ntra mons rev pbro fr hno excmo ilmo vs"
        " cf cía.a máx mín",
        "fr": "m mm mme mmes mlle mlles dr pr me mgr st ste cf p.ex ex env c.-à-d vs av bd boul dir éd gén"
        " col cdt lt capt",
        "it": "sig sigg sig.ra sig.na dott dott.ssa dr prof prof.ssa avv ing arch geom rag on sen gen col"
        " cap ten mons don s ss cfr es ecc.mo p.es vs ca ed v.le p.za c.so",
        "pt": "sr sra srta dr dra d prof profa eng arq gen cel cap ten sto sta v vs cf p.ex ex aprox av",
        "nl": "dhr mw mevr dr drs prof ir ing mr ds bv bijv d.w.z dwz o.a m.b.t t.a.v i.v.m n.a.v a.u.b ca"
        " vs resp gen kol st jhr",
        "da": "hr fru frk dr prof kl ca f.eks fx bl.a d.v.s dvs pga mht vedr inkl ekskl jf nr stk skt gen kapt",
        "no": "hr fru frk dr prof kl ca f.eks bl.a d.v.s dvs pga mht vedr inkl ekskl jf nr st gen kapt",
        "sv": "hr fr frk dr prof kl ca t.ex bl.a d.v.s dvs pga m.a.o s.k fr.o.m jfr nr st gen kapt",
        "pl": "p prof dr hab inż mgr ks św płk gen kpt por np m.in tzw tzn tj ul al pl pw ok wg ob im",
        "cs": "p pan pí prof dr ing mgr bc mudr judr phdr doc gen plk kpt sv např tzv tj mj č str ul nám",
        "ru": "г гг ул пр пл д кв стр им проф акад доц гр т.е т.к т.н т.д.а напр св см ср руб.а тыс.а",
        "uk": "вул просп пл буд кв ім проф акад доц гр т.зв напр св див р.а",
        "tr": "dr prof doç av sn bkz örn yrd alb gen",
        "hu": "dr ifj id özv ún pl ill kb szt",
        "fi": "esim mm ns tri prof n ks vrt",
        "el": "κ κα κος δρ καθ π.χ δηλ βλ αγ στρ",
        "ro": "dl dna d-na dr prof ing gen col str nr sf ex",
    }
)

NUMBER = _sets(
    {
        "en": "no nos nr n° p pp pg pgs fig figs eq eqs sec sect ch chap vol vols art arts par para paras pt"
        " pts par ver rev rt ca c r ext tel rm ste apt ex ed n",
        "de": "s nr kap bd abb tab ziff rn fn aufl jg hs ausg str",
        "es": "no núm nro pág págs p pp art arts cap vol fig tel s",
        "fr": "no n° p pp art chap vol fig tél al t",
        "it": "n nn pag pagg p pp art artt cap vol fig tel sec",
        "pt": "n nº núm pág págs p pp art arts cap vol fig tel séc",
        "nl": "nr nrs blz p art hfdst fig tel",
        "ru": "с стр рис табл гл ст п пп № т",
        "pl": "nr s str art rys poz ust",
    }
)

MAY = _sets(
    {
        "en": "inc corp co cos ltd llc plc bros jr sr esq etc al jan feb mar apr jun jul aug sep sept oct"
        " nov dec mon tue tues wed thu thur thurs fri ala ariz ark calif cal colo conn del fla ga ill ind"
        " kan kans ky la mass md mich minn miss mo mont neb nebr nev okla ore penn pa tenn tex va vt wash"
        " wis wisc wyo ont que sask alta ave blvd rd dr.a hwy pkwy sq st.a ed eds est dist hosp inst intl"
        " natl govt mfg mgr min max misc mph oz lb lbs sq ft.a yr yrs hr hrs wk tbsp tsp ph.d ph.ds m.d"
        " b.a m.a d.c u.s u.k u.n e.u u.s.a u.s.s.r a.m p.m b.c a.d l.a n.y n.j",
        "de": "usw etc jan feb mär apr jun jul aug sept sep okt nov dez mo di mi do fr sa so mio mrd tsd"
        " std jh jhd jhdt str co gmbh eu u.s u.s.a a.d v.chr n.chr d.j n.n pl pos",
        "es": "etc ee.uu s.a s.l a.c d.c a.m p.m cía ltda núm ene feb mar abr may jun jul ago sept sep oct"
        " nov dic hab km kg tel",
        "fr": "etc janv févr avr juill sept oct nov déc s.a j.-c av.j.-c tél hab",
        "it": "ecc etc s.p.a s.r.l a.c d.c gen feb mar apr mag giu lug ago set ott nov dic",
        "pt": "etc s.a ltda jan fev mar abr mai jun jul ago set out nov dez a.c d.c",
        "nl": "enz etc e.d jan feb mrt apr jun jul aug sept okt nov dec jl n.v b.v v.chr",
        "da": "osv etc jan feb mar apr jun jul aug sep sept okt nov dec mio mia m.m m.fl o.l a/s",
        "no": "osv etc jan feb mar apr jun jul aug sep sept okt nov des mill mrd m.m m.fl o.l",
        "sv": "osv etc m.m m.fl jan feb mar apr jun jul aug sep sept okt nov dec milj mdr",
        "pl": "itd itp r w in ur zm zł tys mln mld godz",
        "cs": "atd apod aj r hod mil tis",
        "ru": "т.д т.п др пр гг вв руб коп тыс млн млрд н.э",
        "uk": "т.д т.п ін грн тис млн млрд рр ст",
        "tr": "vb vs",
        "hu": "stb kft zrt",
        "fi": "jne yms ym oy",
        "el": "κ.λπ κλπ κ.ά μ.χ π.μ μ.μ",
        "ro": "etc ș.a",
    }
)
