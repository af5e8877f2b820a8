// A bash completion script, generated from the program's own tree of commands, so that it cannot fall behind.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace regard::cli {

std::string BashCompletion(const CLI::App& app);

}  // namespace regard::cli
