#!/usr/bin/env bash
# A small disk of its own for the data folder of a stack, so that ./heed chaos can fill it and make it slow. Needs root and loop devices.
#   load-tests/small-disk.sh up DIR [MEGABYTES]     makes DIR.img (ext4, 2560 MB) and mounts it on DIR
#   ./heed up --detach --breakable --data DIR; ./heed chaos --data DIR; ./heed down --data DIR
#   load-tests/small-disk.sh down DIR               unmounts it and throws it away
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,5s/^# *//p' "$0" >&2; exit 2; }
folder="$2"
case "$1" in
  up)
    mkdir -p "$folder"
    truncate -s "${3:-2560}M" "$folder.img"
    mkfs.ext4 -q -m 0 "$folder.img"
    mount -o loop,noatime "$folder.img" "$folder" ;;
  down)
    umount "$folder"
    rm -f "$folder.img" ;;
  *) echo "small-disk.sh: up or down" >&2; exit 2 ;;
esac
