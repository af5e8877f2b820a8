#include "tools/cli/completion.h"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace regard::cli {
namespace {

std::vector<std::string> OptionWords(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
  }
  return words;
}

// "a b c" of an option whose type is shown as "TEXT:{a,b,c}"; empty for one with any words.
std::string ValuesOf(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const size_t from = type.find('{');
  const size_t to = type.find('}');
  if (from == std::string::npos || to == std::string::npos) return "";
  return absl::StrReplaceAll(type.substr(from + 1, to - from - 1), {{",", " "}});
}

// One arm of the case for each option that takes one of a few words.
void AddValues(const CLI::App& app, const std::string& path, std::string& script) {
  for (const CLI::Option* option : app.get_options()) {
    const std::string values = ValuesOf(*option);
    if (values.empty()) continue;
    for (const std::string& name : option->get_lnames()) {
      absl::StrAppend(&script, "    '", path, " --", name, "') values='", values, "' ;;\n");
    }
  }
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    AddValues(*command, absl::StrCat(path, path.empty() ? "" : " ", command->get_name()), script);
  }
}

// One arm of the case for each command: the words that may follow it.
void AddArms(const CLI::App& app, const std::string& path, std::string& script) {
  std::vector<std::string> words;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    words.push_back(command->get_name());
    AddArms(*command, absl::StrCat(path, path.empty() ? "" : " ", command->get_name()), script);
  }
  for (std::string& option : OptionWords(app)) words.push_back(std::move(option));
  absl::StrAppend(&script, "    '", path, "') words='", absl::StrJoin(words, " "), "' ;;\n");
}

constexpr char kScript[] = R"(# bash completion for regard: source <(regard completion bash)
_regard() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} path='' word words values='' i
  # Options that take a file name.
  case $previous in
    FILES) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  for ((i = 1; i < COMP_CWORD; ++i)); do
    word=${COMP_WORDS[i]}
    case "$path $word " in
ONWARD
    esac
  done
  case "$path $previous" in
VALUES  esac
  [ -z "$values" ] || { COMPREPLY=($(compgen -W "$values" -- "$current")); return; }
  case $path in
ARMS  esac
  [[ $current == -* ]] && words+=' GLOBAL'
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _regard regard
)";

// Which words lead from one command to the next.
void AddSteps(const CLI::App& app, const std::string& path, std::string& script) {
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    const std::string below = absl::StrCat(path, path.empty() ? "" : " ", command->get_name());
    absl::StrAppend(&script, "      '", path, " ", command->get_name(), " ') path='", below, "' ;;\n");
    AddSteps(*command, below, script);
  }
}

}  // namespace

std::string BashCompletion(const CLI::App& app) {
  std::string arms;
  AddArms(app, "", arms);
  std::string values;
  AddValues(app, "", values);
  std::string steps;
  AddSteps(app, "", steps);
  if (absl::EndsWith(steps, "\n")) steps.pop_back();
  return absl::StrReplaceAll(kScript, {{"ARMS", arms},
                                       {"VALUES", values},
                                       {"ONWARD", steps},
                                       {"GLOBAL", absl::StrJoin(OptionWords(app), " ")},
                                       {"FILES", "--token-file|--tls-ca|--tls-cert|--tls-key|--data"}});
}

}  // namespace regard::cli
