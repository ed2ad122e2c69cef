from nutshell.records.ranking import FrontPagePlace, TermShare
from nutshell.storage.front_page import FrontPageStore
from nutshell.storage.ranking import RankingStore


def test_a_front_page_is_loaded_as_it_was_saved(database):
    store = FrontPageStore(database)
    assert store.load() == []
    places = [
        FrontPagePlace("1", 1, (1, 2), FrontPagePlace("", 0, ()).reason, (TermShare("fresh", 0.5),)),
        FrontPagePlace("3", 3, (3,)),
    ]
    store.save(places)
    assert store.load() == places
    store.save([])
    assert store.load() == []


def test_deleting_events_deletes_the_front_page(database):
    store = FrontPageStore(database)
    store.save([FrontPagePlace("1", 1, (1,))])
    RankingStore(database).delete_events([])
    assert store.load() == []
