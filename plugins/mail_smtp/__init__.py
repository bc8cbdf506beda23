"""Mail over SMTP: written in the reader's language, queued in the database, sent in the background, tried again.

Owns the table hb_mail_queue.
"""

from hubbub.core.contracts.mail import Mailer
from hubbub.core.contracts.plugin import Manifest

manifest = Manifest(
    id="mail_smtp",
    version="0.1.0",
    name="Mail (SMTP)",
    summary="Sends mail through a mail server, from a queue that a restart doesn't lose",
    provides=(Mailer,),
)
