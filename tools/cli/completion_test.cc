#include "tools/cli/completion.h"

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <string>

namespace regard::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// What bash offers behind `words`, the last of which is being typed.
std::string Offered(const CLI::App& app, const std::string& words) {
  const std::string script = BashCompletion(app) + "COMP_WORDS=(" + words +
                             ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_regard\necho \"${COMPREPLY[*]}\"\n";
  const std::string path = ::testing::TempDir() + "/completion_test." + std::to_string(getpid());
  std::FILE* const file = std::fopen(path.c_str(), "w");
  std::fputs(script.c_str(), file);
  std::fclose(file);
  std::FILE* const bash = popen(("bash " + path).c_str(), "r");
  std::array<char, 4096> text{};
  std::string output;
  while (std::fgets(text.data(), text.size(), bash) != nullptr) output += text.data();
  EXPECT_EQ(pclose(bash), 0);
  std::remove(path.c_str());
  return output;
}

class Completion : public ::testing::Test {
 protected:
  Completion() {
    app_.add_option("--server", text_);
    CLI::App* const list = app_.add_subcommand("list", "");
    list->add_option("--price", text_);
    list->add_option("--unit", text_)->check(CLI::IsMember({"hour", "visit", "house"}));
    CLI::App* const log = app_.add_subcommand("log", "");
    log->add_subcommand("tail", "")->add_option("--partition", text_);
    log->add_subcommand("verify", "");
  }
  std::string text_;
  CLI::App app_{"", "regard"};
};

TEST_F(Completion, OffersCommands) { EXPECT_EQ(Offered(app_, "regard l"), "list log\n"); }
TEST_F(Completion, OffersCommandsBelow) { EXPECT_EQ(Offered(app_, "regard log ''"), "tail verify --help\n"); }
TEST_F(Completion, OffersOptionsOfTheCommandAndGlobalOnes) {
  const std::string offered = Offered(app_, "regard --server x log tail --");
  EXPECT_THAT(offered, HasSubstr("--partition"));
  EXPECT_THAT(offered, HasSubstr("--server"));
  EXPECT_THAT(offered, Not(HasSubstr("--price")));
}

TEST_F(Completion, OffersTheWordsThatAnOptionTakes) {
  EXPECT_EQ(Offered(app_, "regard list --unit ho"), "hour house\n");
  EXPECT_EQ(Offered(app_, "regard list --unit ''"), "hour visit house\n");
  EXPECT_EQ(Offered(app_, "regard list --price 3 --un"), "--unit\n");
}

}  // namespace
}  // namespace regard::cli
