"""What Exchange takes for a request at all: the order of elements that its schemas (messages.xsd, types.xsd) ask for, as far as used here."""

import re

from lxml import etree

M = "{http://schemas.microsoft.com/exchange/services/2006/messages}"
T = "{http://schemas.microsoft.com/exchange/services/2006/types}"

_FOLDER = "t:FolderId|t:DistinguishedFolderId"
# children in order; `?` may be missing, `+` one or more; `|` is a choice. What is not named here has no children.
_CHILDREN = {
    "m:ConvertId": "m:SourceIds",
    "m:SourceIds": "t:AlternateId+",
    "m:GetFolder": "m:FolderShape m:FolderIds",
    "m:FindFolder": "m:FolderShape m:IndexedPageFolderView? m:Restriction? m:ParentFolderIds",
    "m:CreateFolder": "m:ParentFolderId m:Folders",
    "m:FindItem": "m:ItemShape m:IndexedPageItemView? m:Restriction? m:SortOrder? m:ParentFolderIds m:QueryString?",
    "m:GetItem": "m:ItemShape m:ItemIds",
    "m:MoveItem": "m:ToFolderId m:ItemIds m:ReturnNewItemIds?",
    "m:CreateItem": "m:SavedItemFolderId? m:Items",
    "m:SyncFolderItems": "m:ItemShape m:SyncFolderId m:SyncState? m:Ignore? m:MaxChangesReturned m:SyncScope?",
    "m:Subscribe": "m:PullSubscriptionRequest",
    "m:GetEvents": "m:SubscriptionId m:Watermark",
    "m:PullSubscriptionRequest": "t:FolderIds t:EventTypes t:Watermark? t:Timeout",
    "t:EventTypes": "t:EventType+",
    "m:FolderShape": "t:BaseShape t:AdditionalProperties?",
    "m:ItemShape": "t:BaseShape t:IncludeMimeContent? t:BodyType? t:AdditionalProperties?",
    "t:AdditionalProperties": "t:FieldURI|t:ExtendedFieldURI+",
    "m:FolderIds": f"{_FOLDER}+",
    "t:FolderIds": f"{_FOLDER}+",
    "m:ParentFolderIds": f"{_FOLDER}+",
    "m:ParentFolderId": _FOLDER,
    "m:ToFolderId": _FOLDER,
    "m:SyncFolderId": _FOLDER,
    "m:SavedItemFolderId": _FOLDER,
    "t:DistinguishedFolderId": "t:Mailbox?",
    "t:Mailbox": "t:Name? t:EmailAddress? t:RoutingType? t:MailboxType?",
    "m:ItemIds": "t:ItemId+",
    "m:Ignore": "t:ItemId+",
    "m:Restriction": "t:IsEqualTo",
    "t:IsEqualTo": "t:FieldURI t:FieldURIOrConstant",
    "t:FieldURIOrConstant": "t:Constant",
    "m:SortOrder": "t:FieldOrder+",
    "t:FieldOrder": "t:FieldURI",
    "m:Folders": "t:Folder+",
    "t:Folder": "t:FolderClass? t:DisplayName",
    "m:Items": "t:Message+",
    "t:Message": "t:MimeContent? t:ItemClass? t:Subject? t:Sensitivity? t:Body? t:Importance? t:ReminderDueBy? t:ReminderIsSet? "
    "t:ReminderMinutesBeforeStart? t:ExtendedProperty? t:Culture? t:Sender? t:ToRecipients? t:IsReadReceiptRequested? "
    "t:IsDeliveryReceiptRequested? t:From? t:InternetMessageId? t:IsRead? t:IsResponseRequested?",
    "t:ExtendedProperty": "t:ExtendedFieldURI t:Value",
}
_FOLDER_FIELDS = (
    "ChildFolderCount DisplayName DistinguishedFolderId EffectiveRights FolderClass FolderId ParentFolderId PermissionSet "
    "TotalCount UnreadCount"
)
_ITEM_FIELDS = "DateTimeReceived InternetMessageHeaders ItemId MimeContent Size Subject"
_FIELDS = {
    *(f"folder:{name}" for name in _FOLDER_FIELDS.split()),
    *(f"item:{name}" for name in _ITEM_FIELDS.split()),
    "message:InternetMessageId",
    "message:IsRead",
}
_CHOICES = {
    "t:BaseShape": "IdOnly|Default|AllProperties",
    "t:EventType": "CopiedEvent|CreatedEvent|DeletedEvent|ModifiedEvent|MovedEvent|NewMailEvent|FreeBusyChangedEvent",
    "t:Timeout": "[1-9][0-9]{0,2}|1[0-3][0-9]{2}|14[0-3][0-9]|1440",
    "m:MaxChangesReturned": "[1-9][0-9]?|[1-4][0-9]{2}|50[0-9]|51[0-2]",
    "m:SyncScope": "NormalItems|NormalAndAssociatedItems",
    "m:SubscriptionId": ".+",
    "m:Watermark": ".+",
    "m:SyncState": ".*",
}
# what only GetItem gives out
_NOT_IN_LISTS = {"item:MimeContent", "item:InternetMessageHeaders"}


class Violation(Exception):
    """The request is none: Exchange answers with a SOAP fault, ErrorSchemaValidation."""


def validate(operation: etree._Element) -> None:
    """Nothing, or Violation naming the first element that the schemas do not allow where it stands."""
    if not all(_known(node) for node in operation.iter() if _name(node) == "t:FieldURI"):
        raise Violation("The 'FieldURI' attribute is invalid according to its datatype")
    for node in operation.iter():
        name = _name(node)
        children = "".join(f"{_name(child)} " for child in node)
        if not re.fullmatch(_pattern(_CHILDREN.get(name, "")), children):
            raise Violation(f"The element {name!r} has invalid child elements: {children}")
        if name in _CHOICES and not re.fullmatch(_CHOICES[name], node.text or "", re.DOTALL):
            raise Violation(f"The {name!r} element has an invalid value: {node.text!r}")


def asks_too_much(operation: etree._Element) -> bool:
    """Whether a list is asked for what only GetItem gives."""
    return any(node.get("FieldURI") in _NOT_IN_LISTS for node in operation.iter(f"{T}FieldURI"))


def _known(node: etree._Element) -> bool:
    return node.get("FieldURI") in _FIELDS


def _pattern(children: str) -> str:
    parts = []
    for part in children.split():
        names = part.rstrip("?+")
        parts.append(f"(?:{'|'.join(f'{name} ' for name in names.split('|'))}){part[len(names) :]}")
    return "".join(parts)


def _name(node: etree._Element) -> str:
    prefix = {M: "m:", T: "t:"}
    name = etree.QName(node)
    return prefix.get(f"{{{name.namespace}}}", "?:") + name.localname
