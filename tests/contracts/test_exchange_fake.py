"""The fake Exchange server refuses what a real one would: otherwise the other tests would prove nothing."""

import base64
import re

import pytest
import requests
from exchangelib.errors import ErrorSchemaValidation
from exchangelib.services import SubscribeToPull

from agent.backends.exchange_session import ExchangeSession
from agent.errors import TemporaryError
from tests.contracts.harness import ExchangeHarness
from tests.servers import certificate
from tests.servers.ews import PASSWORD, USER, Exchange
from tests.servers.ews_schema import M, T

INBOX = '<t:DistinguishedFolderId Id="inbox"/>'
SHAPE = "<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>"
SYNC = (
    f"<m:SyncFolderItems>{SHAPE}<m:SyncFolderId>{INBOX}</m:SyncFolderId>%s"
    "<m:MaxChangesReturned>%s</m:MaxChangesReturned></m:SyncFolderItems>"
)
SUBSCRIBE = (
    f"<m:Subscribe><m:PullSubscriptionRequest><t:FolderIds>{INBOX}</t:FolderIds><t:EventTypes>"
    "<t:EventType>%s</t:EventType></t:EventTypes><t:Timeout>%s</t:Timeout></m:PullSubscriptionRequest></m:Subscribe>"
)
EVENTS = "<m:GetEvents><m:SubscriptionId>%s</m:SubscriptionId><m:Watermark>%s</m:Watermark></m:GetEvents>"


@pytest.fixture
def server(tmp_path):
    """A running fake server."""
    with Exchange(certificate(tmp_path)) as running:
        yield running


@pytest.fixture
def ask(server):
    """The HTTP status and the text of the answer to a request."""

    def asked(body, password=PASSWORD):
        names = f'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="{M[1:-1]}" xmlns:t="{T[1:-1]}"'
        answer = requests.post(
            f"https://{server.host}/EWS/Exchange.asmx",
            data=f"<s:Envelope {names}><s:Body>{body}</s:Body></s:Envelope>",
            auth=(USER, password),
            verify=server.cert,
            timeout=5,
        )
        return answer.status_code, answer.text

    return asked


def named(text, element):
    """The content of an element of the answer."""
    return re.search(f"<m:{element}>([^<]*)</m:{element}>", text).group(1)


WRONG = {
    "an operation it does not know": "<m:DeleteEverything/>",
    "elements in another order": f"<m:SyncFolderItems><m:SyncFolderId>{INBOX}</m:SyncFolderId>{SHAPE}"
    "<m:MaxChangesReturned>10</m:MaxChangesReturned></m:SyncFolderItems>",
    "an element left out": f"<m:SyncFolderItems>{SHAPE}<m:SyncFolderId>{INBOX}</m:SyncFolderId></m:SyncFolderItems>",
    "more changes than it gives": SYNC % ("", "513"),
    "no changes": SYNC % ("", "0"),
    "an event that does not exist": SUBSCRIBE % ("MailArrivedEvent", "10"),
    "a subscription for ever": SUBSCRIBE % ("NewMailEvent", "1441"),
    "a watermark in the wrong namespace": (SUBSCRIBE % ("NewMailEvent", "10")).replace(
        "<t:Timeout>", "<m:Watermark>x</m:Watermark><t:Timeout>"
    ),
    "a property that does not exist": "<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>"
    '<t:FieldURI FieldURI="item:Colour"/></t:AdditionalProperties></m:ItemShape>'
    '<m:ItemIds><t:ItemId Id="AAMkAAAAAAAAAAAAAAAAAAAAAAAA"/></m:ItemIds></m:GetItem>',
}


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
def test_what_the_schemas_do_not_allow_is_a_fault(ask, body):
    """A request that is not valid is answered with HTTP 500 and a SOAP fault, and nothing is done."""
    status, text = ask(body)
    assert status == 500
    assert "ErrorSchemaValidation" in text


def test_the_librarys_own_watermark_at_subscribing_is_refused(server):
    """exchangelib puts it into the namespace of the messages; Exchange wants it in that of the types: we never send one."""
    session = ExchangeSession(ExchangeHarness(server).account())

    def subscribe(account):
        service = SubscribeToPull(account=account)
        return service.get(folders=[account.inbox], event_types=["NewMailEvent"], watermark="x", timeout=10)

    with pytest.raises(TemporaryError) as caught:
        session.do(subscribe)
    assert isinstance(caught.value.__cause__, ErrorSchemaValidation)
    session.close()


def test_a_sync_state_is_good_for_its_folder_and_server_only(server, ask):
    """Made up, damaged, of another folder or from before the mailbox was moved: ErrorInvalidSyncStateData."""
    state = named(ask(SYNC % ("", "10"))[1], "SyncState")
    good = SYNC % (f"<m:SyncState>{state}</m:SyncState>", "10")
    assert "NoError" in ask(good)[1]
    for other in ("AAAA", "%%%", state[:-8], base64.b64encode(b"1|sentitems|0").decode()):
        assert "ErrorInvalidSyncStateData" in ask(SYNC % (f"<m:SyncState>{other}</m:SyncState>", "10"))[1]
    server.changes.forget_states()
    assert "ErrorInvalidSyncStateData" in ask(good)[1]


def test_a_watermark_is_good_for_its_subscription_only(server, ask):
    """Another's watermark, a made-up one, a subscription that nobody has: each has its own code."""
    one, other = (ask(SUBSCRIBE % ("NewMailEvent", "10"))[1] for _ in range(2))
    mine, mark = named(one, "SubscriptionId"), named(one, "Watermark")
    assert "StatusEvent" in ask(EVENTS % (mine, mark))[1]
    assert "ErrorInvalidWatermark" in ask(EVENTS % (mine, named(other, "Watermark")))[1]
    assert "ErrorInvalidWatermark" in ask(EVENTS % (mine, "bm9uc2Vuc2U="))[1]
    assert "ErrorSubscriptionNotFound" in ask(EVENTS % ("nobody's", mark))[1]
    server.changes.subscriptions.clear()
    assert "ErrorSubscriptionNotFound" in ask(EVENTS % (mine, mark))[1]


def test_an_account_has_so_many_subscriptions_and_no_more(server, ask):
    """ErrorExceededSubscriptionCount (EwsMaxSubscriptions of the throttling policy)."""
    for _ in range(server.changes.most_subscriptions):
        assert "NoError" in ask(SUBSCRIBE % ("NewMailEvent", "10"))[1]
    assert "ErrorExceededSubscriptionCount" in ask(SUBSCRIBE % ("NewMailEvent", "10"))[1]


def test_the_same_watermark_gives_the_same_events_again(server, ask):
    """Nothing is taken away by asking; only the watermark of an event leads past it."""
    one = ask(SUBSCRIBE % ("NewMailEvent", "10"))[1]
    server.put("inbox", b"Subject: x\r\n\r\n")
    request = EVENTS % (named(one, "SubscriptionId"), named(one, "Watermark"))
    first, second = ask(request)[1], ask(request)[1]
    assert first == second
    assert "NewMailEvent" in first


@pytest.mark.parametrize("ident", ["", "nonsense", "1.1"])
def test_a_malformed_id_spoils_the_whole_request(ask, ident):
    """ErrorInvalidIdMalformed, unlike an id of a mail that has gone."""
    body = f'<m:GetItem>{SHAPE}<m:ItemIds><t:ItemId Id="%s"/></m:ItemIds></m:GetItem>'
    assert "ErrorInvalidIdMalformed" in ask(body % ident)[1]
    assert "ErrorItemNotFound" in ask(body % ("AAMk" + "A" * 40))[1]


def test_lists_hold_no_content(ask):
    """Neither FindItem nor SyncFolderItems gives MIME content or headers."""
    asked = '<t:AdditionalProperties><t:FieldURI FieldURI="item:MimeContent"/></t:AdditionalProperties></m:ItemShape>'
    assert "ErrorInvalidPropertyRequest" in ask((SYNC % ("", "10")).replace("</m:ItemShape>", asked))[1]


def test_a_wrong_password_is_answered_with_401(ask):
    """And nothing is done."""
    assert ask("<m:DeleteEverything/>", password="guess")[0] == 401
