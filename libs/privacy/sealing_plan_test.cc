#include "libs/privacy/sealing_plan.h"

#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/text_format.h"
#include "libs/privacy/coverage.h"
#include "regard/bookings/v1/facts.pb.h"
#include "regard/options/v1/options.pb.h"

namespace regard::privacy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string PersonalOf(const std::string& subject) {
  return "options { [regard.options.v1.personal] { subject: \"" + subject + "\" } }";
}

// A wrapper TestFact around one fact, Happened, whose fields are given as text; Inner has one personal field.
class MadeUpProto {
 public:
  explicit MadeUpProto(const std::string& fields, const std::string& inner_options = PersonalOf("person_id")) {
    google::protobuf::FileDescriptorProto file;
    const std::string text = R"pb(
      name: "made_up.proto"
      package: "made.up"
      dependency: "regard/options/v1/options.proto"
      syntax: "proto3"
      message_type {
        name: "TestFact"
        field { name: "happened" number: 1 type: TYPE_MESSAGE label: LABEL_OPTIONAL
                type_name: ".made.up.Happened" oneof_index: 0 }
        oneof_decl { name: "fact" }
      }
      message_type {
        name: "Inner"
        field { name: "secret" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL )pb" + inner_options + R"pb( }
      }
      message_type {
        name: "Happened"
        field { name: "person_id" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
    )pb" + fields + "}";
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &file));
    const google::protobuf::FileDescriptor* built = pool_.BuildFile(file);
    EXPECT_NE(built, nullptr);
    wrapper_ = built->FindMessageTypeByName("TestFact");
  }

  const google::protobuf::Descriptor& wrapper() const { return *wrapper_; }

 private:
  google::protobuf::DescriptorPool pool_{google::protobuf::DescriptorPool::generated_pool()};
  const google::protobuf::Descriptor* wrapper_ = nullptr;
};

std::string Field(const std::string& name, const std::string& rest, const std::string& label = "LABEL_OPTIONAL") {
  return "field { name: \"" + name + "\" number: 2 label: " + label + " " + rest + " }";
}

std::string ErrorOf(const std::string& fields) {
  const MadeUpProto proto(fields);
  return std::string(SealingPlan::Build(proto.wrapper()).status().message());
}

TEST(SealingPlan, FindsFieldsAlsoInsideAndGroupsThemBySubject) {
  const SealingPlan* plan = *SealingPlan::Of(*bookings::v1::BookingFact::descriptor());
  bookings::v1::BookingFact fact;
  EXPECT_EQ(plan->FactOf(fact), nullptr);
  fact.mutable_requested();
  const auto& groups = plan->GroupsOf(*plan->FactOf(fact));
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].subject->name(), "person_id");
  fact.mutable_funded();
  EXPECT_THAT(plan->GroupsOf(*plan->FactOf(fact)), IsEmpty());
  EXPECT_EQ(*SealingPlan::Of(*bookings::v1::BookingFact::descriptor()), plan);
}

TEST(SealingPlan, TakesAWholeMessage) {
  const std::string whole = "type: TYPE_MESSAGE type_name: \".made.up.Inner\" " + PersonalOf("person_id");
  EXPECT_EQ(ErrorOf(Field("inner", whole, "LABEL_REPEATED")), "");
}

TEST(SealingPlan, RefusesASubjectThatIsNotThere) {
  EXPECT_THAT(ErrorOf(Field("secret", "type: TYPE_STRING " + PersonalOf("who"))),
              HasSubstr("made.up.Happened.secret"));
  // Not a string.
  EXPECT_THAT(ErrorOf(Field("who", "type: TYPE_INT32") +
                      "field { name: \"s\" number: 3 type: TYPE_STRING label: LABEL_OPTIONAL " +
                      PersonalOf("who") + "}"),
              HasSubstr("made.up.Happened.s"));
  // Itself sealed: nobody could say whose key opens it.
  EXPECT_THAT(ErrorOf(Field("secret", "type: TYPE_STRING " + PersonalOf("secret"))),
              HasSubstr("made.up.Happened.secret"));
}

TEST(SealingPlan, RefusesPersonalFieldsInsideARepeatedMessage) {
  EXPECT_THAT(ErrorOf(Field("inner", "type: TYPE_MESSAGE type_name: \".made.up.Inner\"", "LABEL_REPEATED")),
              HasSubstr("made.up.Inner.secret"));
  EXPECT_EQ(ErrorOf(Field("inner", "type: TYPE_MESSAGE type_name: \".made.up.Inner\"")), "");
}

TEST(SealingPlan, RefusesWhatIsNoWrapper) {
  EXPECT_EQ(SealingPlan::Build(*bookings::v1::BookingRequested::descriptor()).status().code(),
            absl::StatusCode::kInternal);
  EXPECT_THAT(ErrorOf(Field("again", "type: TYPE_MESSAGE type_name: \".made.up.Happened\"")), HasSubstr("again"));
}

TEST(Coverage, SeesWhatNobodyLookedAt) {
  const MadeUpProto proto(Field("words", "type: TYPE_STRING") +
                          "field { name: \"inner\" number: 3 type: TYPE_MESSAGE label: LABEL_OPTIONAL"
                          "        type_name: \".made.up.Inner\" }");
  const Coverage coverage = CheckCoverage({&proto.wrapper()}, {"made.up.Happened.person_id", "made.up.Happened.inner"});
  EXPECT_THAT(coverage.unlisted, ElementsAre("made.up.Happened.words"));
  EXPECT_FALSE(coverage.complete());
  EXPECT_TRUE(CheckCoverage({&proto.wrapper()}, {"made.up.Happened.person_id", "made.up.Happened.inner",
                                                 "made.up.Happened.words"})
                  .complete());
}

TEST(Coverage, SeesFieldsInsideAMessageThatIsNotSealedWhole) {
  const MadeUpProto proto(Field("inner", "type: TYPE_MESSAGE type_name: \".made.up.Inner\""), "");
  EXPECT_THAT(CheckCoverage({&proto.wrapper()}, {"made.up.Happened.person_id", "made.up.Happened.inner"}).unlisted,
              ElementsAre("made.up.Inner.secret"));
}

TEST(Coverage, SeesContradictionsStaleNamesAndWhatCannotBeSealed) {
  const MadeUpProto proto(Field("inner", "type: TYPE_MESSAGE type_name: \".made.up.Inner\"", "LABEL_REPEATED"));
  const Coverage coverage = CheckCoverage(
      {&proto.wrapper()},
      {"made.up.Happened.person_id", "made.up.Happened.inner", "made.up.Inner.secret", "made.up.Happened.gone"});
  EXPECT_THAT(coverage.contradicted, ElementsAre("made.up.Inner.secret"));
  EXPECT_THAT(coverage.stale, ElementsAre("made.up.Happened.gone"));
  EXPECT_EQ(coverage.unsealable.size(), 1u);
}

TEST(Coverage, ListsAreLinesWithoutRepetition) {
  EXPECT_THAT(*ParseHarmlessList("# why\n\n a.b \nc.d\n"), ElementsAre("a.b", "c.d"));
  EXPECT_EQ(ParseHarmlessList("a.b\na.b").status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace regard::privacy
