// The published words of commitments for the materials of an item; without them the general ones are shown.
import { type CommitmentText, proofs } from "@/api/proofs"

export type Pledges = Map<string, CommitmentText>

export async function pledgesOf(item_code: string): Promise<Pledges> {
  const texts = await proofs.commitments(item_code).catch(() => [])
  return new Map(texts.map((one) => [one.material, one]))
}
