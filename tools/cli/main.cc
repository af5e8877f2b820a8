// regard: the command line. Each command is in the file of its group under commands/.
#include <iostream>

#include "tools/cli/program.h"

int main(int argc, char** argv) {
  regard::cli::Program program(std::cout, std::cerr);
  regard::cli::AddProviderCommands(program);
  regard::cli::AddSearchCommand(program);
  regard::cli::AddBookingCommands(program);
  regard::cli::AddBudgetCommands(program);
  regard::cli::AddMarketCommands(program);
  regard::cli::AddImportCommands(program);
  regard::cli::AddTokenCommand(program);
  regard::cli::AddOperationsCommands(program);
  regard::cli::AddCompletionCommand(program);
  return program.Run(argc, argv);
}
