; The installer for Windows. NOT RUN YET: written without a Windows machine (docs/packages.md).
; Inno Setup 6 compiles it after packaging\bundle\build.py:
;   iscc /DVersion=0.4.0 /DBundle=C:\build\dist\roundtable /DOutput=C:\build\packages roundtable.iss
; To sign, name a sign tool as Inno Setup's manual says, and add /DSigned:
;   iscc "/Ssigner=signtool sign /fd sha256 /tr TIMESTAMP /td sha256 /n NAME $f" /DSigned ... roundtable.iss

#ifndef Version
  #error Give the version with /DVersion=
#endif
#ifndef Bundle
  #error Give the folder of the bundle with /DBundle=
#endif
#ifndef Output
  #define Output "."
#endif

[Setup]
AppId={{0C6C0C5E-1E6B-4F0B-9E1A-6E6B2B7C7C51}
AppName=Roundtable
AppVersion={#Version}
AppPublisher=Roundtable contributors
VersionInfoVersion={#Version}
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
; For this user alone unless somebody with rights chooses otherwise.
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
DefaultDirName={autopf}\Roundtable
DefaultGroupName=Roundtable
DisableProgramGroupPage=yes
LicenseFile={#Bundle}\LICENSE
OutputDir={#Output}
OutputBaseFilename=roundtable-{#Version}-windows-setup
SetupIconFile={#Bundle}\..\..\made\roundtable.ico
UninstallDisplayIcon={app}\roundtable-window.exe
Compression=lzma2/max
SolidCompression=yes
CloseApplications=yes
#ifdef Signed
SignTool=signer
SignedUninstaller=yes
#endif

[Tasks]
Name: desktopicon; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[InstallDelete]
; What an earlier version brought must not stay beside this one. The user's data is elsewhere.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Bundle}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\Roundtable"; Filename: "{app}\roundtable-window.exe"; AppUserModelID: "Roundtable"
Name: "{autodesktop}\Roundtable"; Filename: "{app}\roundtable-window.exe"; Tasks: desktopicon

[Run]
Filename: "{app}\roundtable-window.exe"; Description: "{cm:LaunchProgram,Roundtable}"; Flags: nowait postinstall skipifsilent

[Code]
const
  WebView2 = 'Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}';

function Installed(Root: Integer; Key: String): Boolean;
var
  Found: String;
begin
  Result := RegQueryStringValue(Root, Key, 'pv', Found) and (Found <> '') and (Found <> '0.0.0.0');
end;

function HasWebView2: Boolean;
begin
  Result := Installed(HKLM, 'SOFTWARE\WOW6432Node\' + WebView2)
    or Installed(HKLM, 'SOFTWARE\' + WebView2)
    or Installed(HKCU, 'Software\' + WebView2);
end;

procedure CurStepChanged(Step: TSetupStep);
begin
  if (Step = ssPostInstall) and not HasWebView2 then
    SuppressibleMsgBox(
      'Roundtable''s window needs Microsoft Edge WebView2 Runtime, which this computer does not have. '
      + 'Until it is installed (from Microsoft''s page "WebView2 Runtime"), Roundtable opens in the browser.',
      mbInformation, MB_OK, IDOK);
end;
