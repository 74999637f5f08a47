/** What a person decides of one delivery. */
import { answerAct } from "@/lib/relay/answer-act.ts";
import { getContext } from "@/lib/relay/context.ts";

export async function POST(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id } = await params;
  return answerAct(getContext(), request, decoded(id));
}

/** Next hands a segment over as it was sent. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
