// Every field of every fact was looked at by somebody: it is personal by annotation, or harmless by
// tests/golden/harmless_fields.txt. A new field fails this until its author has said which.
#include "libs/privacy/coverage.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "regard/bookings/v1/facts.pb.h"
#include "regard/budgets/v1/facts.pb.h"
#include "regard/feedback/v1/facts.pb.h"
#include "regard/log/v1/facts.pb.h"
#include "regard/providers/v1/facts.pb.h"

namespace regard::privacy {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FileDescriptor;
using testing::IsEmpty;

// Naming one message of each file links it, and with it the file's descriptor.
std::vector<const FileDescriptor*> LinkedFactFiles() {
  return {bookings::v1::BookingFact::descriptor()->file(), budgets::v1::BudgetFact::descriptor()->file(),
          feedback::v1::ConcernFact::descriptor()->file(), log::v1::QuarantineFact::descriptor()->file(),
          providers::v1::ProviderFact::descriptor()->file()};
}

std::vector<const Descriptor*> Wrappers() {
  std::vector<const Descriptor*> wrappers;
  for (const FileDescriptor* file : LinkedFactFiles()) {
    for (int i = 0; i < file->message_type_count(); ++i) {
      if (absl::EndsWith(file->message_type(i)->name(), "Fact")) wrappers.push_back(file->message_type(i));
    }
  }
  return wrappers;
}

std::set<std::string> HarmlessFields() {
  std::ifstream file(std::string(REGARD_SOURCE_DIR) + "/tests/golden/harmless_fields.txt");
  std::stringstream text;
  text << file.rdbuf();
  return ParseHarmlessList(text.str()).value();
}

TEST(FactCoverage, EveryFieldIsPersonalOrKnownToBeHarmless) {
  const Coverage coverage = CheckCoverage(Wrappers(), HarmlessFields());
  EXPECT_THAT(coverage.unlisted, IsEmpty()) << "free text by a person: annotate it; anything else: list it";
  EXPECT_THAT(coverage.contradicted, IsEmpty());
  EXPECT_THAT(coverage.stale, IsEmpty());
  EXPECT_THAT(coverage.unsealable, IsEmpty());
}

TEST(FactCoverage, EveryContextIsLookedAt) {
  std::set<std::string> looked_at;
  for (const FileDescriptor* file : LinkedFactFiles()) looked_at.insert(file->name());
  const std::filesystem::path protos = std::filesystem::path(REGARD_SOURCE_DIR) / "proto";
  int found = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(protos / "regard")) {
    if (entry.path().filename() != "facts.proto") continue;
    ++found;
    EXPECT_EQ(looked_at.count(std::filesystem::relative(entry.path(), protos)), 1u) << entry.path();
  }
  EXPECT_GT(found, 0);
}

// The wrappers are recognised by their name: a fact that no wrapper holds would be missed.
TEST(FactCoverage, EveryWrapperIsAOneofAndEveryMessageIsReached) {
  std::set<std::string> reached;
  const auto reach = [&reached](const auto& self, const Descriptor& message) -> void {
    if (!reached.insert(message.full_name()).second) return;
    for (int i = 0; i < message.field_count(); ++i) {
      if (const Descriptor* inner = message.field(i)->message_type()) self(self, *inner);
    }
  };
  for (const Descriptor* wrapper : Wrappers()) {
    EXPECT_EQ(wrapper->oneof_decl_count(), 1) << wrapper->full_name();
    reach(reach, *wrapper);
  }
  for (const FileDescriptor* file : LinkedFactFiles()) {
    for (int i = 0; i < file->message_type_count(); ++i) {
      EXPECT_EQ(reached.count(file->message_type(i)->full_name()), 1u) << file->message_type(i)->full_name();
    }
  }
}

}  // namespace
}  // namespace regard::privacy
