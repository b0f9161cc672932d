export const shells = ["bash", "zsh", "fish", "powershell"] as const;

export type Shell = (typeof shells)[number];

/**
 * What a shell is to read so that it completes `kanbun`. Each asks `kanbun completion candidates` at the Tab key, which answers
 * with a line for each word, and `:files` or `:folders` where the shell is to complete paths of its own.
 */
export const completionScripts: Readonly<Record<Shell, string>> = {
  bash: `# kanbun for bash: put  source <(kanbun completion bash)  into ~/.bashrc
_kanbun() {
  local current=\${COMP_WORDS[COMP_CWORD]} line value
  local -a plain=() described=()
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
      :folders) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
      *)
        value=\${line%%$'\\t'*}
        plain+=("$value")
        if [[ $line == *$'\\t'?* ]]; then described+=("$value  (\${line#*$'\\t'})"); else described+=("$value"); fi ;;
    esac
  done < <(kanbun completion candidates $((COMP_CWORD - 1)) -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if ((\${#plain[@]} == 0)); then return; fi
  # Only where they are listed, and not where one is put in, do they have their texts.
  if [[ (\${COMP_TYPE:-9} == 63 || \${COMP_TYPE:-9} == 33) && \${#plain[@]} -gt 1 ]]; then
    COMPREPLY=("\${described[@]}")
  else
    COMPREPLY=("\${plain[@]}")
  fi
}
complete -F _kanbun kanbun
`,
  zsh: `#compdef kanbun
# kanbun for zsh: put  source <(kanbun completion zsh)  into ~/.zshrc
_kanbun() {
  local line value text
  local -a described
  while IFS= read -r line; do
    case $line in
      :files) _files ;;
      :folders) _files -/ ;;
      *)
        value=\${line%%$'\\t'*}
        text=\${line#*$'\\t'}
        [[ $line == *$'\\t'?* ]] && described+=("\${value//:/\\\\:}:$text") || described+=("\${value//:/\\\\:}") ;;
    esac
  done < <(kanbun completion candidates $((CURRENT - 2)) -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  (( $#described )) && _describe -V 'kanbun' described
}
if [[ $funcstack[1] == _kanbun ]]; then
  _kanbun "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
  compdef _kanbun kanbun
fi
`,
  fish: `# kanbun for fish: put  kanbun completion fish | source  into ~/.config/fish/config.fish
function __kanbun_candidates
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -e words[1]
    for line in (kanbun completion candidates (count $words) -- $words "$current" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path "$current"
            case ':folders'
                __fish_complete_directories "$current"
            case '*'
                echo $line
        end
    end
end
complete -c kanbun -f -k -a '(__kanbun_candidates)'
`,
  powershell: `# kanbun for PowerShell: put  kanbun completion powershell | Out-String | Invoke-Expression  into $PROFILE
Register-ArgumentCompleter -Native -CommandName kanbun -ScriptBlock {
  param($current, $ast, $cursor)
  $words = @($ast.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursor } |
    ForEach-Object { $_.Extent.Text.Trim('"', "'") })
  $all = $words
  if ($current -ne '') { $all += $current }
  kanbun completion candidates $words.Count '--' @all 2>$null | ForEach-Object {
    $value, $text = $_ -split "\`t", 2
    # Without a word from here PowerShell completes paths of its own.
    if ($value -notlike ':*') {
      if (-not $text) { $text = $value }
      [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $text)
    }
  }
}
`,
};
