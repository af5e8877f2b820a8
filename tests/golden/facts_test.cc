// Bytes of every fact ever shipped, kept in tests/golden/facts as <Wrapper>.<member>.binpb beside the same as text. They
// parse, come out again byte for byte, fold into their aggregate whole and with the personal fields erased, and a fact
// without such a file fails. `golden_facts_test --write` makes the files that are missing; it never changes one that is
// there, since what was shipped stays in logs.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "libs/es/domain.h"
#include "libs/es/feature_level.h"
#include "libs/privacy/memory_key_store.h"
#include "libs/privacy/sealer.h"
#include "libs/privacy/sealing_plan.h"
#include "regard/options/v1/options.pb.h"
#include "services/deployment/domains.h"

namespace regard::golden {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr char kFolder[] = REGARD_SOURCE_DIR "/tests/golden/facts/";
constexpr absl::Time kRecordTime = absl::FromUnixSeconds(1'780'000'000);

struct Member {
  const es::Aggregate* aggregate;
  const FieldDescriptor* field;

  std::string name() const { return absl::StrCat(aggregate->fact->GetDescriptor()->name(), ".", field->name()); }
  std::string path(absl::string_view ending) const { return absl::StrCat(kFolder, name(), ending); }
};

std::vector<Member> Members() {
  std::vector<Member> members;
  for (const es::Domain* domain : deployment::StoredDomains()) {
    for (const es::Aggregate& aggregate : domain->aggregates()) {
      const Descriptor& wrapper = *aggregate.fact->GetDescriptor();
      for (int i = 0; i < wrapper.field_count(); ++i) members.push_back({&aggregate, wrapper.field(i)});
    }
  }
  return members;
}

std::string Bytes(const Message& message) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    EXPECT_TRUE(message.SerializeToCodedStream(&coded));
  }
  return bytes;
}

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Days, times and amounts that could be; everything else says where it is.
int64_t NumberFor(const FieldDescriptor& field, int nth) {
  if (field.name() == "year" || field.name() == "price_year") return 2026;
  if (field.name() == "month") return 6;
  if (field.name() == "seconds") return 1'780'000'000;
  if (field.name() == "pence") return 4200 + nth;
  return field.number() + nth;
}

std::string TextFor(const FieldDescriptor& field, int nth) {
  if (field.name() == "currency") return "GBP";
  if (field.name() == "time_zone") return "Europe/London";
  return nth == 0 ? field.name() : absl::StrCat(field.name(), "-", nth);
}

void Fill(Message& message);

void FillField(Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  const int count = field.is_repeated() ? 2 : 1;
  for (int nth = 0; nth < count; ++nth) {
    const int64_t number = NumberFor(field, nth);
    switch (field.cpp_type()) {
#define REGARD_FILL(TYPE, METHOD, VALUE)                                                  \
  case FieldDescriptor::TYPE:                                                             \
    field.is_repeated() ? reflection.Add##METHOD(&message, &field, VALUE)                 \
                        : reflection.Set##METHOD(&message, &field, VALUE);                \
    break
      REGARD_FILL(CPPTYPE_INT32, Int32, static_cast<int32_t>(number));
      REGARD_FILL(CPPTYPE_INT64, Int64, number);
      REGARD_FILL(CPPTYPE_UINT32, UInt32, static_cast<uint32_t>(number));
      REGARD_FILL(CPPTYPE_UINT64, UInt64, static_cast<uint64_t>(number));
      REGARD_FILL(CPPTYPE_DOUBLE, Double, static_cast<double>(number) + 0.5);
      REGARD_FILL(CPPTYPE_FLOAT, Float, static_cast<float>(number) + 0.5f);
      REGARD_FILL(CPPTYPE_BOOL, Bool, true);
      REGARD_FILL(CPPTYPE_STRING, String, TextFor(field, nth));
      REGARD_FILL(CPPTYPE_ENUM, EnumValue,
                  field.enum_type()->value(1 + nth % (field.enum_type()->value_count() - 1))->number());
#undef REGARD_FILL
      case FieldDescriptor::CPPTYPE_MESSAGE:
        Fill(field.is_repeated() ? *reflection.AddMessage(&message, &field)
                                 : *reflection.MutableMessage(&message, &field));
        break;
    }
  }
}

void Fill(Message& message) {
  const Descriptor& descriptor = *message.GetDescriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) FillField(message, *descriptor.field(i));
}

int WriteMissing() {
  for (const Member& member : Members()) {
    if (std::filesystem::exists(member.path(".binpb"))) continue;
    const std::unique_ptr<Message> fact(member.aggregate->fact->New());
    FillField(*fact, *member.field);
    std::string text;
    google::protobuf::TextFormat::PrintToString(*fact, &text);
    std::ofstream(member.path(".binpb"), std::ios::binary) << Bytes(*fact);
    std::ofstream(member.path(".textproto")) << "# proto-message: " << fact->GetDescriptor()->full_name() << "\n" << text;
  }
  return 0;
}

std::unique_ptr<Message> Golden(const Member& member) {
  std::unique_ptr<Message> fact(member.aggregate->fact->New());
  EXPECT_TRUE(fact->ParseFromString(Read(member.path(".binpb"))));
  return fact;
}

void Fold(const Member& member, const Message& fact, Message& state) {
  member.aggregate->evolve(state, fact, {kRecordTime});
  if (member.aggregate->next_due != nullptr) member.aggregate->next_due(state);
  std::string stored;
  EXPECT_TRUE(state.SerializeToString(&stored));
}

class GoldenFact : public ::testing::TestWithParam<Member> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(std::filesystem::exists(GetParam().path(".binpb")))
        << GetParam().name() << " has no golden bytes: run golden_facts_test --write and commit what it makes";
  }
};

TEST_P(GoldenFact, ParsesAndComesOutTheSame) {
  const std::string bytes = Read(GetParam().path(".binpb"));
  const std::unique_ptr<Message> fact(GetParam().aggregate->fact->New());
  ASSERT_TRUE(fact->ParseFromString(bytes));
  EXPECT_TRUE(fact->GetReflection()->HasField(*fact, GetParam().field));
  EXPECT_EQ(Bytes(*fact), bytes);
  const std::unique_ptr<Message> from_text(GetParam().aggregate->fact->New());
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(Read(GetParam().path(".textproto")), from_text.get()));
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(*fact, *from_text)) << fact->DebugString();
}

// A filled value names its field, so none can be renumbered or renamed unseen.
TEST_P(GoldenFact, EveryFieldIsWhereItWas) {
  const std::unique_ptr<Message> golden = Golden(GetParam());
  const std::unique_ptr<Message> full(GetParam().aggregate->fact->New());
  FillField(*full, *GetParam().field);
  // A field that came later is in the filled one only.
  google::protobuf::util::MessageDifferencer differencer;
  differencer.set_scope(google::protobuf::util::MessageDifferencer::PARTIAL);
  std::string difference;
  differencer.ReportDifferencesToString(&difference);
  EXPECT_TRUE(differencer.Compare(*golden, *full)) << difference;
}

TEST_P(GoldenFact, FoldsAloneAndAfterEveryOther) {
  const std::unique_ptr<Message> fact = Golden(GetParam());
  const std::unique_ptr<Message> empty(GetParam().aggregate->state->New());
  Fold(GetParam(), *fact, *empty);
  const std::unique_ptr<Message> state(GetParam().aggregate->state->New());
  for (const Member& other : Members()) {
    if (other.aggregate == GetParam().aggregate) Fold(other, *Golden(other), *state);
  }
  Fold(GetParam(), *fact, *state);
}

TEST_P(GoldenFact, FoldsWithItsPersonalFieldsErased) {
  const std::unique_ptr<Message> fact = Golden(GetParam());
  privacy::MemoryKeyStore keys;
  privacy::Sealer sealer(keys);
  log::v1::Fact sealed;
  sealed.set_stream(absl::StrCat(GetParam().aggregate->kind, "/1"));
  sealed.set_version(1);
  const std::unique_ptr<Message> taken_apart(fact->New());
  taken_apart->CopyFrom(*fact);
  const absl::Status status = sealer.Seal("E08000009", *taken_apart, sealed);
  ASSERT_TRUE(status.ok()) << status;

  const std::unique_ptr<Message> whole(fact->New());
  const auto opened = privacy::Opener(keys).Open(sealed, *whole);
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(Bytes(*whole), Bytes(*fact));

  const std::unique_ptr<Message> left(fact->New());
  ASSERT_TRUE(left->ParseFromString(sealed.body()));
  EXPECT_EQ(sealed.sealed_size() > 0, Bytes(*left) != Bytes(*fact));
  const std::unique_ptr<Message> empty(GetParam().aggregate->state->New());
  Fold(GetParam(), *left, *empty);
  const std::unique_ptr<Message> state(GetParam().aggregate->state->New());
  for (const Member& other : Members()) {
    if (other.aggregate == GetParam().aggregate) Fold(other, *Golden(other), *state);
  }
  Fold(GetParam(), *left, *state);
}

// A personal field is sealed under a person and a council, so every fact that has one must belong to a council that
// does not depend on who wrote it: it says which, or its stream's state does.
TEST_P(GoldenFact, BelongsToACouncilWhereItIsPersonal) {
  const auto plan = privacy::SealingPlan::Build(*GetParam().aggregate->fact->GetDescriptor());
  ASSERT_TRUE(plan.ok()) << plan.status();
  if (plan->GroupsOf(*GetParam().field).empty()) return;
  EXPECT_TRUE(GetParam().aggregate->council != nullptr ||
              GetParam().field->message_type()->FindFieldByName("tenant") != nullptr);
}

INSTANTIATE_TEST_SUITE_P(Every, GoldenFact, ::testing::ValuesIn(Members()), [](const auto& info) {
  return absl::StrCat(info.param.aggregate->fact->GetDescriptor()->name(), "_", info.param.field->name());
});

// A fact is never taken away: its bytes are in logs.
TEST(GoldenFacts, EveryFileIsOfAFactThatIsStillThere) {
  std::set<std::string> known;
  for (const Member& member : Members()) known.insert(member.name());
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    EXPECT_TRUE(known.count(entry.path().stem().string()) == 1) << entry.path();
  }
}

// Builds from before there were levels do not know what came since: it must wait until all know it. The list is closed.
TEST(GoldenFacts, WhatIsNotOfTheFirstFeatureLevelDeclaresItsOwn) {
  const std::vector<std::string> first =
      absl::StrSplit(Read(REGARD_SOURCE_DIR "/tests/golden/facts_of_level_1.txt"), '\n', absl::SkipEmpty());
  const std::set<std::string> known(first.begin(), first.end());
  ASSERT_EQ(known.size(), 69u);
  for (const Member& member : Members()) {
    const uint32_t level = es::FeatureLevel(member.field->options().GetExtension(options::v1::since_level));
    EXPECT_EQ(level == 1, known.count(member.name()) == 1) << member.name();
    EXPECT_LE(level, es::kFeatureLevel) << member.name();
  }
}

// Every message that is stored as a fact belongs to an aggregate that folds it.
TEST(GoldenFacts, EveryWrapperHasAnAggregate) {
  std::set<const google::protobuf::FileDescriptor*> files;
  std::set<std::string> folded;
  for (const Member& member : Members()) {
    files.insert(member.aggregate->fact->GetDescriptor()->file());
    folded.insert(member.aggregate->fact->GetDescriptor()->full_name());
  }
  EXPECT_EQ(folded.size(), 11u);
  for (const google::protobuf::FileDescriptor* file : files) {
    for (int i = 0; i < file->message_type_count(); ++i) {
      const Descriptor& message = *file->message_type(i);
      if (message.FindOneofByName("fact") == nullptr) continue;
      EXPECT_EQ(folded.count(message.full_name()), 1u) << message.full_name();
    }
  }
}

}  // namespace
}  // namespace regard::golden

int main(int argc, char** argv) {
  if (argc == 2 && std::string(argv[1]) == "--write") return regard::golden::WriteMissing();
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
