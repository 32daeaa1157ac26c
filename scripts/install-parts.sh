#!/bin/sh
# Installs what the tests need beyond the SDK: CrowdSec 1.4.6, unpacked into artifacts/crowdsec and never set up as a
# service, sqlite3 to fill its database, Chromium, Node with altcha-lib, a public solver of the local captcha, in
# artifacts/altcha, nft and ip, nginx with its stream module, haproxy and PostgreSQL, which are started by tests alone, and a
# linker for programs compiled ahead of time. Does nothing where all is there. Needs Debian, and root or sudo for what comes from apt.
set -eu
cd "$(dirname "$0")/.."

chromium=${BOUNCERS_CHROMIUM:-/usr/bin/chromium}
crowdsec=${BOUNCERS_CROWDSEC:-artifacts/crowdsec}
nft=${BOUNCERS_NFT:-/usr/sbin/nft}
ip=${BOUNCERS_IP:-/usr/sbin/ip}
sqlite=${BOUNCERS_SQLITE:-/usr/bin/sqlite3}
nginx=${BOUNCERS_NGINX:-/usr/sbin/nginx}
nginx_stream=${BOUNCERS_NGINX_STREAM:-/usr/lib/nginx/modules/ngx_stream_module.so}
haproxy=${BOUNCERS_HAPROXY:-/usr/sbin/haproxy}
postgresql=${BOUNCERS_POSTGRESQL:-/usr/lib/postgresql/15/bin}

crowdsec_runs() { [ -x "$crowdsec/usr/bin/crowdsec" ] && "$crowdsec/usr/bin/cscli" --help >/dev/null 2>&1; }

altcha_is_there() {
    [ -d artifacts/altcha/node_modules/altcha-lib ] && cmp -s tests/altcha/package-lock.json artifacts/altcha/package-lock.json
}

missing=
crowdsec_runs || missing="$missing crowdsec"
[ -x "$sqlite" ] || missing="$missing sqlite3"
[ -x "$chromium" ] || missing="$missing chromium"
command -v node >/dev/null || missing="$missing nodejs"
altcha_is_there || { command -v npm >/dev/null || missing="$missing npm"; missing="$missing altcha-lib"; }
[ -x "$nft" ] || missing="$missing nftables"
[ -x "$ip" ] || missing="$missing iproute2"
[ -x "$nginx" ] || missing="$missing nginx-light"
[ -e "$nginx_stream" ] || missing="$missing libnginx-mod-stream"
[ -x "$haproxy" ] || missing="$missing haproxy"
[ -x "$postgresql/postgres" ] || missing="$missing postgresql-15"
command -v clang >/dev/null || command -v gcc >/dev/null || missing="$missing gcc"
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null || [ "$(. /etc/os-release && echo "$ID")" != debian ]; then
    echo "install-parts: missing:$missing; only Debian is set up by this script" >&2
    exit 1
fi

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null; then sudo "$@"
    else echo "install-parts: need root or sudo for: $*" >&2; exit 1
    fi
}

# Quiet when it works, everything when it does not.
quietly() {
    log=$(mktemp)
    if "$@" >"$log" 2>&1; then rm -f "$log"; else cat "$log" >&2; rm -f "$log"; exit 1; fi
}

apt_install() { quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; }

has_candidate() { apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [0-9]'; }

if ! has_candidate crowdsec || ! has_candidate chromium; then
    quietly as_root apt-get update
fi

for part in $missing; do
    case $part in
    crowdsec)
        echo "install-parts: unpacking crowdsec"
        download=$(mktemp -d)
        trap 'rm -rf "$download"' EXIT
        chmod 755 "$download"
        (cd "$download" && quietly apt-get download crowdsec)
        mkdir -p artifacts
        rm -rf artifacts/crowdsec artifacts/crowdsec.new
        dpkg -x "$download"/crowdsec_*.deb artifacts/crowdsec.new
        mv artifacts/crowdsec.new artifacts/crowdsec
        crowdsec=artifacts/crowdsec
        # The one library it links beyond libc.
        crowdsec_runs || apt_install libsqlite3-0
        crowdsec_runs || { echo "install-parts: crowdsec was unpacked but does not run" >&2; exit 1; }
        ;;
    chromium)
        echo "install-parts: installing chromium"
        apt_install chromium fonts-dejavu-core
        ;;
    nodejs | npm | nftables | iproute2 | sqlite3 | libnginx-mod-stream)
        echo "install-parts: installing $part"
        apt_install "$part"
        ;;
    gcc)
        echo "install-parts: installing $part"
        apt_install gcc libc6-dev
        ;;
    nginx-light | haproxy)
        echo "install-parts: installing $part"
        apt_install "$part"
        # Debian starts them as services.
        if [ -d /run/systemd/system ]; then quietly as_root systemctl disable --now "${part%-light}.service"; fi
        ;;
    postgresql-15)
        echo "install-parts: installing $part"
        # Without a database of its own, which would be a service.
        apt_install postgresql-common
        quietly as_root sh -c 'mkdir -p /etc/postgresql-common/createcluster.d; echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/bouncers.conf'
        apt_install "$part"
        ;;
    altcha-lib)
        echo "install-parts: installing altcha-lib"
        mkdir -p artifacts/altcha
        cp tests/altcha/package.json tests/altcha/package-lock.json artifacts/altcha/
        (cd artifacts/altcha && quietly npm ci --ignore-scripts --no-audit --no-fund)
        ;;
    esac
done
