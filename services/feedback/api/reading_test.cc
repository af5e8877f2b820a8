#include "services/feedback/api/reading.h"

#include <string>

#include "gtest/gtest.h"
#include "libs/es/testing/view_feed.h"
#include "libs/privacy/memory_key_store.h"
#include "regard/feedback/v1/facts.pb.h"

namespace regard::feedback {
namespace {

using es::testing::FromText;

constexpr char kCouncil[] = "E08000009";

class Reading : public ::testing::Test {
 protected:
  Reading() : sealer_(keys_), opener_(keys_) {
    row_ = FromText<internal::v1::ConversationRow>(R"pb(
      conversation_id: "t1"
      person_id: "p1"
      provider_id: "v1"
      provider_owner_id: "anna"
      booking_id: "b1"
    )pb");
    Entry("number: 1 by: SIDE_PERSON said_for_them_by: 'h1'",
          "said { person_id: 'p1' who_you_are_to_me: 'My gardener' what_happened: 'Beans' }");
    Entry("number: 2 by: SIDE_PROVIDER", "said { person_id: 'p1' answer: 'Thank you' }");
    Entry("number: 3 by: SIDE_PERSON change_id: 'c1' done: true",
          "change_agreed { person_id: 'p1' what: 'Come at ten' }");
  }

  log::v1::Fact Sealed(google::protobuf::Message& fact, const std::string& stream, uint64_t version) {
    log::v1::Fact sealed;
    sealed.set_stream(stream);
    sealed.set_version(version);
    EXPECT_TRUE(sealer_.Seal(kCouncil, fact, sealed).ok());
    return sealed;
  }
  void Entry(const std::string& entry, const std::string& fact_text) {
    auto fact = FromText<v1::ConversationFact>(fact_text);
    *row_.add_entries() = FromText<internal::v1::EntryRow>(entry);
    *row_.mutable_entries()->rbegin()->mutable_fact() =
        Sealed(fact, "conversation/t1", static_cast<uint64_t>(row_.entries_size()));
  }

  privacy::MemoryKeyStore keys_;
  privacy::Sealer sealer_;
  privacy::Opener opener_;
  internal::v1::ConversationRow row_;
};

TEST_F(Reading, TheTwoSidesReadAllOfIt) {
  const absl::StatusOr<v1::Conversation> whole = Whole(row_, opener_);
  ASSERT_TRUE(whole.ok()) << whole.status();
  EXPECT_EQ(whole->person_id(), "p1");
  ASSERT_EQ(whole->entries_size(), 3);
  EXPECT_EQ(whole->entries(0).words().who_you_are_to_me(), "My gardener");
  EXPECT_EQ(whole->entries(0).words().what_happened(), "Beans");
  EXPECT_EQ(whole->entries(0).said_for_them_by(), "h1");
  EXPECT_EQ(whole->entries(1).answer(), "Thank you");
  EXPECT_FALSE(whole->entries(1).has_words());
  EXPECT_EQ(whole->entries(2).change().what(), "Come at ten");
  EXPECT_TRUE(whole->entries(2).change().done());
}

TEST_F(Reading, EverybodyReadsWhatBothConsentedToAndNotWhoThePersonIs) {
  row_.set_person_consents_up_to(3);
  row_.set_provider_consents_up_to(1);
  const absl::StatusOr<v1::Conversation> published = Published(row_, opener_);
  ASSERT_TRUE(published.ok()) << published.status();
  ASSERT_EQ(published->entries_size(), 1);
  EXPECT_EQ(published->entries(0).words().what_happened(), "Beans");
  EXPECT_EQ(published->entries(0).said_for_them_by(), "");
  EXPECT_EQ(published->person_id(), "");
  EXPECT_EQ(published->booking_id(), "");
}

TEST_F(Reading, WithoutBothConsentsThereIsNothingToRead) {
  row_.set_person_consents_up_to(3);
  const absl::StatusOr<v1::Conversation> published = Published(row_, opener_);
  ASSERT_TRUE(published.ok());
  EXPECT_EQ(published->entries_size(), 0);
}

TEST_F(Reading, AListHasNoWords) {
  EXPECT_EQ(Headed(row_).entries_size(), 0);
  EXPECT_EQ(Headed(row_).booking_id(), "b1");
}

TEST_F(Reading, WhatWasErasedIsLeftOut) {
  ASSERT_TRUE(keys_.Erase("p1", kCouncil).ok());
  const absl::StatusOr<v1::Conversation> whole = Whole(row_, opener_);
  ASSERT_TRUE(whole.ok()) << whole.status();
  EXPECT_EQ(whole->entries_size(), 0);
}

TEST_F(Reading, OnlyTheTwoAreSides) {
  using options::v1::Role;
  const auto is_side = [&](const std::string& subject, Role role) {
    return IsSide(row_, {subject, role, kCouncil, {}});
  };
  EXPECT_TRUE(is_side("p1", options::v1::ROLE_PERSON));
  EXPECT_TRUE(is_side("anna", options::v1::ROLE_PROVIDER));
  EXPECT_FALSE(is_side("p1", options::v1::ROLE_PROVIDER));
  EXPECT_FALSE(is_side("anna", options::v1::ROLE_PERSON));
  EXPECT_FALSE(is_side("p1", options::v1::ROLE_PRACTITIONER));
  EXPECT_FALSE(is_side("p2", options::v1::ROLE_PERSON));
  row_.clear_person_id();
  EXPECT_FALSE(is_side("", options::v1::ROLE_PERSON));
}

TEST_F(Reading, AConcernOpensForItsTeam) {
  auto raised = FromText<v1::ConcernFact>("raised { person_id: 'p1' what: 'Bruises' persons_wishes: 'To stay' }");
  auto closed = FromText<v1::ConcernFact>("closed { person_id: 'p1' outcome: 'Safe' }");
  internal::v1::ConcernRow row;
  row.mutable_concern()->set_concern_id("n1");
  *row.mutable_raised() = Sealed(raised, "concern/n1", 1);
  absl::StatusOr<v1::Concern> whole = Whole(row, opener_);
  ASSERT_TRUE(whole.ok()) << whole.status();
  EXPECT_EQ(whole->what(), "Bruises");
  EXPECT_EQ(whole->persons_wishes(), "To stay");
  EXPECT_EQ(whole->outcome(), "");
  *row.mutable_closed() = Sealed(closed, "concern/n1", 3);
  whole = Whole(row, opener_);
  ASSERT_TRUE(whole.ok()) << whole.status();
  EXPECT_EQ(whole->outcome(), "Safe");
  ASSERT_TRUE(keys_.Erase("p1", kCouncil).ok());
  whole = Whole(row, opener_);
  ASSERT_TRUE(whole.ok()) << whole.status();
  EXPECT_EQ(whole->what(), "");
  EXPECT_EQ(whole->concern_id(), "n1");
}

}  // namespace
}  // namespace regard::feedback
