#!/usr/bin/env bash
# The disk image for macOS. NOT RUN YET: written without a Mac (docs/packages.md).
#   packaging/bundle/macos/package.sh WORK VERSION
# WORK is the folder of packaging/bundle/build.py, which signs with --identity. What the variables say is done:
#   ROUNDTABLE_SIGN_IDENTITY   signs the app with its licences in it, and the image; else they are signed for
#                              this machine alone
#   ROUNDTABLE_NOTARY_PROFILE  has Apple look at the image; made once by `xcrun notarytool store-credentials`
set -euo pipefail

work=$1 version=$2
app=$work/dist/Roundtable.app
image=$work/packages/roundtable-$version-macos-$(uname -m).dmg
identity=${ROUNDTABLE_SIGN_IDENTITY:--}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

sign() {
    if [ "$identity" = - ]; then
        codesign --force --sign - "$@"
    else
        codesign --force --timestamp --sign "$identity" "$@"
    fi
}

# Once more, for the licences came into the app after PyInstaller had signed it.
sign --options runtime --entitlements "$(dirname "$0")/entitlements.plist" "$app"
codesign --verify --deep --strict "$app"

mkdir -p "$work/packages"
cp -R "$app" "$folder"
ln -s /Applications "$folder/Applications"
hdiutil create -volname Roundtable -srcfolder "$folder" -format UDZO -ov "$image"
sign "$image"
if [ -n "${ROUNDTABLE_NOTARY_PROFILE:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$ROUNDTABLE_NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
fi
echo "$image"
