// regard completion.
#include <CLI/CLI.hpp>

#include "tools/cli/completion.h"
#include "tools/cli/program.h"

namespace regard::cli {

void AddCompletionCommand(Program& program) {
  CLI::App& completion = program.Add(program.app(), "completion", "A completion script for a shell",
                                     "  source <(regard completion bash)", nullptr);
  program.Add(completion, "bash", "For bash", "  source <(regard completion bash)", [&program] {
    program.out() << BashCompletion(program.app());
    return absl::OkStatus();
  });
}

}  // namespace regard::cli
