#!/bin/bash
# Healthy when /readyz answers 200. Bash opens the connection itself: the image has no HTTP client.
set -eu
exec 3<>"/dev/tcp/127.0.0.1/${PORT:-3000}"
printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
read -r -t 2 status <&3
[[ $status == 'HTTP/1.1 200'* ]]
