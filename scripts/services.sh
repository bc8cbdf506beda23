#!/bin/sh
# See that the real services that tests talk to are there. Usage: scripts/services.sh
#
# As root on Debian, what is missing is installed, but not started: the tests start throw-away servers of their
# own. Otherwise, or with SERVICES=no, tests that need a missing one are skipped and say so.
set -u
cd "$(dirname "$0")/.." || exit 1
. scripts/common.sh

# there PROGRAM: PostgreSQL keeps its server out of PATH.
there() {
    PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v "$1" >/dev/null 2>&1 ||
        ls /usr/lib/postgresql/*/bin/"$1" >/dev/null 2>&1
}

missing=
for pair in postgres:postgresql mariadbd:mariadb-server-core my_print_defaults:mariadb-client-core nginx:nginx chromium:chromium firefox-esr:firefox-esr slapd:slapd ldapadd:ldap-utils xmlsec1:xmlsec1; do
    there "${pair%%:*}" || missing="$missing ${pair##*:}"
done
[ -n "$missing" ] || exit 0
if [ "${SERVICES:-yes}" = no ] || [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    say "tests that need these are left out:$missing (to have them: sudo apt-get install$missing)"
    exit 0
fi

open_log
say "installing for the tests:$missing (not started as services)"
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 1' INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
fi
# shellcheck disable=SC2086  # a list of package names
apt_install $missing ||
    say "apt-get could not install$missing: $(last_error) -> their tests are left out (all of it: $log)"
for package in $missing; do
    systemctl disable "$package" >/dev/null 2>&1 || true
done
