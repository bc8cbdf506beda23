// Español: Ajustes › Seguridad.

export const words = {
  "security.apps": "Aplicaciones",
  "security.apps_hint": "Programas a los que has permitido usar tu cuenta.",
  "security.ends_sessions": "Se cerrarán todas tus sesiones y en adelante entrarás con {way}.",
  "security.ldap_id": "Nombre de usuario en el directorio",
  "security.ldap_password": "Contraseña del directorio",
  "security.need_all": "Rellena todos los campos.",
  "security.new_hint": "Entrarás con ella y {email} a partir de entonces.",
  "security.no_apps": "No hay ninguna.",
  "security.no_other": "Tu cuenta no tiene otra forma de entrar en este servidor.",
  "security.now": "Entras con: {way}",
  "security.password_here": "Tu contraseña de aquí",
  "security.sign_in": "Cómo entras",
  "security.switch": "Cambiar",
  "security.switch_to": "Usar {way}",
  "security.take_back": "Retirar",
  "security.take_back_text": "¿Quieres que {name} deje de usar tu cuenta? Su sesión se cierra al momento.",
  "security.taken_back": "{name} ya no puede usar tu cuenta.",
  "security.way_email": "correo electrónico y contraseña",
  "security.way_ldap": "el directorio (LDAP)",
  "security.way_magic_link": "un enlace en un correo",
};
