#include "services/feedback/views/conversations_view.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "libs/es/testing/view_feed.h"
#include "regard/feedback/v1/facts.pb.h"

namespace regard::feedback {
namespace {

using internal::v1::ConversationRow;

class ConversationsViewTest : public ::testing::Test {
 protected:
  ConversationsViewTest() : feed_(view_), reader_(feed_.store()), query_(reader_) {
    feed_.Topic("feedback").At(absl::FromUnixSeconds(100));
    Start("t1");
  }

  void Start(absl::string_view id, absl::string_view person_id = "p1") {
    Add(absl::StrCat("started { conversation_id: \"", id, "\" person_id: \"", person_id,
                     "\" provider_id: \"v1\" provider_owner_id: \"anna\" booking_id: \"b1\" tenant: \"E08000009\" }"),
        absl::StrCat("conversation/", id));
  }
  void Add(absl::string_view fact, absl::string_view stream = "conversation/t1") {
    feed_.Add<v1::ConversationFact>(stream, fact);
  }
  ConversationRow Row() {
    auto row = query_.Find("t1");
    EXPECT_TRUE(row.ok() && row->has_value());
    return row.ok() ? row->value_or(ConversationRow()) : ConversationRow();
  }
  ConversationsQuery::Visit Into(std::vector<std::string>& ids) {
    visit_ = [&ids](const ConversationRow& row) {
      ids.push_back(row.conversation_id());
      return true;
    };
    return visit_;
  }
  std::vector<std::string> Published() {
    std::vector<std::string> ids;
    EXPECT_TRUE(query_.Published("v1", "", Into(ids)).ok());
    return ids;
  }

  ConversationsView view_;
  es::testing::ViewFeed feed_;
  es::ViewReader reader_;
  ConversationsQuery query_;
  std::function<bool(const ConversationRow&)> visit_;
};

TEST_F(ConversationsViewTest, KeepsWhoTalksAboutWhatAndSince) {
  EXPECT_EQ(Row().person_id(), "p1");
  EXPECT_EQ(Row().provider_owner_id(), "anna");
  EXPECT_EQ(Row().booking_id(), "b1");
  EXPECT_EQ(Row().started().seconds(), 100);
}

TEST_F(ConversationsViewTest, KeepsWhatWasSaidAsItWasSealed) {
  Add(R"pb(said { by: SIDE_PERSON number: 1 said_for_them_by: "h1" })pb");
  Add(R"pb(change_agreed { by: SIDE_PROVIDER number: 2 change_id: "c1" })pb");
  Add(R"pb(change_done { change_id: "c1" })pb");
  ASSERT_EQ(Row().entries_size(), 2);
  EXPECT_EQ(Row().entries(0).said_for_them_by(), "h1");
  EXPECT_EQ(Row().entries(0).fact().version(), 2u);
  EXPECT_EQ(Row().entries(0).said().seconds(), 100);
  EXPECT_FALSE(Row().entries(0).done());
  EXPECT_EQ(Row().entries(1).by(), v1::SIDE_PROVIDER);
  EXPECT_TRUE(Row().entries(1).done());
}

TEST_F(ConversationsViewTest, IsPublishedWhileBothConsentAndAsFarAsBothDo) {
  Add(R"pb(publication_consented { by: SIDE_PERSON up_to_number: 3 })pb");
  EXPECT_EQ(PublishedUpTo(Row()), 0);
  EXPECT_TRUE(Published().empty());
  Add(R"pb(publication_consented { by: SIDE_PROVIDER up_to_number: 2 })pb");
  EXPECT_EQ(PublishedUpTo(Row()), 2);
  EXPECT_EQ(Published(), std::vector<std::string>{"t1"});
  Add(R"pb(publication_withdrawn { by: SIDE_PERSON })pb");
  EXPECT_EQ(PublishedUpTo(Row()), 0);
  EXPECT_TRUE(Published().empty());
}

TEST_F(ConversationsViewTest, IsFoundByPersonAndOwnerAndNobodyElse) {
  Start("t2");
  Start("t3", "p2");
  std::vector<std::string> ids;
  ASSERT_TRUE(query_.OfPerson("p1", "", Into(ids)).ok());
  EXPECT_EQ(ids, (std::vector<std::string>{"t1", "t2"}));
  ids.clear();
  ASSERT_TRUE(query_.OfPerson("p1", "t1", Into(ids)).ok());
  EXPECT_EQ(ids, std::vector<std::string>{"t2"});
  ids.clear();
  ASSERT_TRUE(query_.OfOwner("anna", "", Into(ids)).ok());
  EXPECT_EQ(ids.size(), 3u);
  ids.clear();
  ASSERT_TRUE(query_.OfOwner("p1", "", Into(ids)).ok());
  EXPECT_TRUE(ids.empty());
}

TEST_F(ConversationsViewTest, ConcernsAreNotItsBusiness) {
  feed_.Add<v1::ConcernFact>("concern/n1", R"pb(raised { concern_id: "n1" person_id: "p1" })pb");
  auto row = query_.Find("n1");
  ASSERT_TRUE(row.ok());
  EXPECT_FALSE(row->has_value());
}

}  // namespace
}  // namespace regard::feedback
