// The words of Settings › Security.

export const words = {
  "security.apps": "Applications",
  "security.apps_hint": "Programs that you have let use your account.",
  "security.ends_sessions": "You are signed out everywhere then, and sign in with {way} from now on.",
  "security.ldap_id": "User name in the directory",
  "security.ldap_password": "Password in the directory",
  "security.need_all": "Fill in all of it.",
  "security.new_hint": "You sign in with it and {email} from then on.",
  "security.no_apps": "There are none.",
  "security.no_other": "There is no other way for your account on this server.",
  "security.now": "You sign in with: {way}",
  "security.password_here": "Your password here",
  "security.sign_in": "How you sign in",
  "security.switch": "Change it",
  "security.switch_to": "Use {way}",
  "security.take_back": "Take back",
  "security.take_back_text": "Let {name} no longer use your account? It is signed out at once.",
  "security.taken_back": "{name} can't use your account any more.",
  "security.way_email": "e-mail address and password",
  "security.way_ldap": "the directory (LDAP)",
  "security.way_magic_link": "a link in an e-mail",
};
