// تنظیمات › امنیت.

export const words = {
  "security.apps": "برنامه‌ها",
  "security.apps_hint": "برنامه‌هایی که به آن‌ها اجازه داده‌اید از حساب شما استفاده کنند.",
  "security.ends_sessions": "آن‌گاه همه‌جا از حساب خارج می‌شوید و از این پس با {way} وارد می‌شوید.",
  "security.ldap_id": "نام کاربری در فهرست راهنما",
  "security.ldap_password": "گذرواژه در فهرست راهنما",
  "security.need_all": "همه را پر کنید.",
  "security.new_hint": "از این پس با آن و {email} وارد می‌شوید.",
  "security.no_apps": "هیچ برنامه‌ای نیست.",
  "security.no_other": "برای حساب شما در این سرور راه دیگری نیست.",
  "security.now": "روش ورود شما: {way}",
  "security.password_here": "گذرواژهٔ شما در این‌جا",
  "security.sign_in": "روش ورود",
  "security.switch": "تغییر",
  "security.switch_to": "استفاده از {way}",
  "security.take_back": "پس گرفتن",
  "security.take_back_text": "{name} دیگر اجازهٔ استفاده از حساب شما را نداشته باشد؟ بی‌درنگ از حساب خارج می‌شود.",
  "security.taken_back": "{name} دیگر نمی‌تواند از حساب شما استفاده کند.",
  "security.way_email": "نشانی ایمیل و گذرواژه",
  "security.way_ldap": "فهرست راهنما (LDAP)",
  "security.way_magic_link": "پیوندی در ایمیل",
};
