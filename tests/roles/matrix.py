"""The matrix: for each power what follows when each of the columns tries it. The same cells stand in docs/spec/roles.md."""

REPORTS = "receive reports"
# In the order of the columns in tests/roles/people.py; – is silence: nothing happens, and nobody is written to.
_ROWS = """\
hand over an invoice: does asked does asked refused asked – – – – refused asked holds holds shown holds –
hand over a credit note: does asked does asked refused asked – – – – refused asked holds holds shown holds –
take over a list: does asked does asked refused asked – – – – refused asked holds holds shown holds –
report a payment: does asked does asked refused asked shown shown – – refused asked holds holds shown holds shown
report a part of a payment: does asked does asked refused asked shown shown – – refused asked holds holds shown holds shown
bring a bank statement: does asked does asked refused asked – – does – refused asked holds holds shown holds –
pass on a bank's notice: does asked does asked refused asked shown shown does – refused asked holds holds shown holds shown
press the button *paid*: does asked refused asked refused asked shown shown – – refused asked holds holds shown holds shown
pause: does asked does asked refused asked shown shown – – refused asked holds holds shown holds shown
resume: does asked does asked refused asked shown shown – – refused asked holds holds shown holds shown
take back: does asked does asked refused asked – – – – refused asked holds holds shown holds –
tell of a dispute: does asked does asked refused asked shown shown – – refused asked does does shown holds shown
say what a debtor's mail was: does asked does asked refused asked – – – – refused asked holds holds shown holds –
correct a date: does asked does asked refused asked shown shown – – refused asked holds holds shown holds shown
correct the debtor's address: does asked does asked refused asked shown shown – – refused asked holds holds shown holds shown
ask how a case stands: does asked does asked refused asked shown shown – – refused asked holds holds shown holds shown
let listed statements go: does asked refused asked refused asked – – – – refused asked holds holds shown holds –
withdraw: does asked refused asked refused asked shown shown – – refused asked holds holds shown holds shown
write off: does asked refused asked refused asked shown shown – – refused asked holds holds shown holds shown
take a case over: does asked refused asked refused asked shown shown – – refused asked holds holds shown holds shown
order a formal notice: does asked refused asked refused asked shown shown – – refused asked holds holds shown holds shown
choose what follows the last statement: does asked refused asked refused asked – – – – refused asked holds holds shown holds –
answer a digest by number: does asked does asked refused asked – – – – refused asked holds holds shown holds –
grant a payment plan: does asked refused asked refused asked – – – – refused asked holds holds shown holds –
ask for a dossier: does asked refused asked refused asked shown shown – – refused asked – – shown – shown
name a new account to pay to: does asked refused asked refused asked shown shown – – own asked holds holds shown holds shown
confirm a new account to pay to: does asked refused asked refused asked – – – – refused asked holds holds shown holds –
promise: refused asked refused asked refused asked shown shown – – refused asked does does shown holds shown
say that it was paid: refused asked refused asked refused asked shown shown – – refused asked does does shown holds shown
dispute: refused asked refused asked refused asked shown shown – – refused asked does does shown holds shown
ask for a payment plan: refused asked refused asked refused asked shown shown – – refused asked does does shown holds shown
name the right person: refused asked refused asked refused asked shown shown – – refused asked does does shown holds shown
be away: – – – – – – – – – – – – does does – holds –
own up to a mail: does does refused asked refused asked – – – – refused asked holds holds shown holds –
let go far more mails than usual: – – – – – – does – – – – – – holds – – –
have a debtor forgotten: refused asked refused asked refused asked – – – – refused asked holds holds shown holds –
join the creditor's people: refused asked refused asked refused asked shown shown – – refused asked holds holds shown holds shown
have the books exported: refused asked refused asked refused asked shown shown – – refused asked holds holds shown holds shown
receive reports: does does – – does does – – – – – – – – – – –
"""
MATRIX = {
    name: tuple("silence" if word == "–" else word for word in words.split())
    for name, _, words in (row.partition(": ") for row in _ROWS.splitlines())
}
