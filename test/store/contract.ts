import { describe } from "bun:test";
import { BoardUnderTest, type Open, type OpenFresh } from "./board-under-test.ts";
import { describeBatches } from "./contract/batches.ts";
import { describeClaims } from "./contract/claims.ts";
import { describeComments } from "./contract/comments.ts";
import { describeCreation } from "./contract/creation.ts";
import { describeEdits } from "./contract/edits.ts";
import { describeEndings } from "./contract/endings.ts";
import { describeForce } from "./contract/force.ts";
import { describeLeases } from "./contract/leases.ts";
import { describeLinks } from "./contract/links.ts";
import { describeNotices } from "./contract/notices.ts";
import { describeOutlook } from "./contract/outlook.ts";
import { describeOverview } from "./contract/overview.ts";
import { describePromotion } from "./contract/promotion.ts";
import { describeProof } from "./contract/proof.ts";
import { describeQuestions } from "./contract/questions.ts";
import { describeRateLimits } from "./contract/rate-limits.ts";
import { describeReads } from "./contract/reads.ts";
import { describeReclaims } from "./contract/reclaims.ts";
import { describeRedo } from "./contract/redo.ts";
import { describeRepeats } from "./contract/repeats.ts";
import { describeRetirement } from "./contract/retirement.ts";
import { describeReviews } from "./contract/reviews.ts";
import { describeStarts } from "./contract/starts.ts";
import { describeTickClaims } from "./contract/tick-claims.ts";
import { describeVerdicts } from "./contract/verdicts.ts";

/** What every store of boards promises, whatever it keeps them in: see src/store/store.ts. */
export function describeBoardStore(name: string, openFresh: OpenFresh): void {
  const open: Open = async () => new BoardUnderTest(await openFresh());
  describe(name, () => {
    describeCreation(open);
    describeBatches(open);
    describeEdits(open);
    describeLinks(open);
    describeComments(open);
    describeClaims(open);
    describeLeases(open);
    describeProof(open);
    describeVerdicts(open);
    describeForce(open);
    describePromotion(open);
    describeRetirement(open);
    describeReclaims(open);
    describeRedo(open);
    describeQuestions(open);
    describeReviews(open);
    describeRateLimits(open);
    describeTickClaims(open);
    describeEndings(open);
    describeStarts(open);
    describeOutlook(open);
    describeOverview(open);
    describeReads(open);
    describeNotices(open);
    describeRepeats(open);
  });
}
