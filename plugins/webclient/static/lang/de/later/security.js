// Deutsch: Einstellungen › Sicherheit.

export const words = {
  "security.apps": "Anwendungen",
  "security.apps_hint": "Programme, die dein Konto benutzen dürfen.",
  "security.ends_sessions": "Du wirst dann überall abgemeldet und meldest dich fortan so an: {way}.",
  "security.ldap_id": "Name im Verzeichnis",
  "security.ldap_password": "Passwort im Verzeichnis",
  "security.need_all": "Bitte fülle alles aus.",
  "security.new_hint": "Damit und mit {email} meldest du dich dann an.",
  "security.no_apps": "Es gibt keine.",
  "security.no_other": "Für dein Konto gibt es auf diesem Server keinen anderen Weg.",
  "security.now": "Du meldest dich so an: {way}",
  "security.password_here": "Dein Passwort hier",
  "security.sign_in": "Wie du dich anmeldest",
  "security.switch": "Ändern",
  "security.switch_to": "Wechseln zu: {way}",
  "security.take_back": "Zurücknehmen",
  "security.take_back_text": "Soll {name} dein Konto nicht mehr benutzen dürfen? Es wird sofort abgemeldet.",
  "security.taken_back": "{name} kann dein Konto nicht mehr benutzen.",
  "security.way_email": "E-Mail-Adresse und Passwort",
  "security.way_ldap": "Verzeichnis (LDAP)",
  "security.way_magic_link": "Link in einer E-Mail",
};
