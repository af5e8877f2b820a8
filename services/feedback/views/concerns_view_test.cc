#include "services/feedback/views/concerns_view.h"

#include "gtest/gtest.h"
#include "libs/es/testing/view_feed.h"
#include "regard/feedback/v1/facts.pb.h"

namespace regard::feedback {
namespace {

class ConcernsViewTest : public ::testing::Test {
 protected:
  ConcernsViewTest() : feed_(view_), reader_(feed_.store()), query_(reader_) {
    feed_.Topic("feedback").At(absl::FromUnixSeconds(100));
  }
  void Add(absl::string_view stream, absl::string_view fact) { feed_.Add<v1::ConcernFact>(stream, fact); }
  std::vector<internal::v1::ConcernRow> Of(absl::string_view body, absl::string_view after = "") {
    std::vector<internal::v1::ConcernRow> rows;
    EXPECT_TRUE(query_
                    .TakenTo(body, after,
                             [&](const internal::v1::ConcernRow& row) {
                               rows.push_back(row);
                               return true;
                             })
                    .ok());
    return rows;
  }

  ConcernsView view_;
  es::testing::ViewFeed feed_;
  es::ViewReader reader_;
  ConcernsQuery query_;
};

constexpr char kRaised[] = R"pb(raised {
                                  tenant: "E08000009"
                                  person_id: "p1"
                                  raised_by: "h1"
                                  provider_id: "v1"
                                  taken_to: "E08000009"
                                })pb";

TEST_F(ConcernsViewTest, IsUnderTheBodyThatTakesIt) {
  Add("concern/n1", kRaised);
  Add("concern/n2", R"pb(raised { tenant: "E08000009" staff_implicated: true taken_to: "E92000001" })pb");
  ASSERT_EQ(Of("E08000009").size(), 1u);
  const v1::Concern concern = Of("E08000009")[0].concern();
  EXPECT_EQ(concern.concern_id(), "n1");
  EXPECT_EQ(concern.person_id(), "p1");
  EXPECT_EQ(concern.raised_by(), "h1");
  EXPECT_EQ(concern.phase(), v1::CONCERN_PHASE_RAISED);
  EXPECT_EQ(concern.raised().seconds(), 100);
  ASSERT_EQ(Of("E92000001").size(), 1u);
  EXPECT_TRUE(Of("E92000001")[0].concern().staff_implicated());
  EXPECT_TRUE(Of("E0800000").empty());
}

TEST_F(ConcernsViewTest, IsTakenAndClosed) {
  Add("concern/n1", kRaised);
  Add("concern/n1", R"pb(taken { by: "pia" })pb");
  EXPECT_EQ(Of("E08000009")[0].concern().phase(), v1::CONCERN_PHASE_TAKEN);
  EXPECT_EQ(Of("E08000009")[0].concern().taken_by(), "pia");
  Add("concern/n1", R"pb(closed { by: "pia" })pb");
  EXPECT_EQ(Of("E08000009")[0].concern().phase(), v1::CONCERN_PHASE_CLOSED);
  EXPECT_EQ(Of("E08000009")[0].raised().version(), 1u);
  EXPECT_EQ(Of("E08000009")[0].closed().version(), 3u);
}

TEST_F(ConcernsViewTest, PagesByIds) {
  for (const char* stream : {"concern/a", "concern/b"}) Add(stream, kRaised);
  ASSERT_EQ(Of("E08000009", "a").size(), 1u);
  EXPECT_EQ(Of("E08000009", "a")[0].concern().concern_id(), "b");
}

TEST_F(ConcernsViewTest, WhatWasNeverRaisedHasNoRow) {
  Add("concern/n1", R"pb(taken { by: "pia" })pb");
  Add("concern/n1", R"pb(closed { by: "pia" })pb");
  int rows = 0;
  ASSERT_TRUE(feed_.store().Scan("", "", [&](absl::string_view, absl::string_view) { return ++rows > 0; }).ok());
  EXPECT_EQ(rows, 0);
}

}  // namespace
}  // namespace regard::feedback
