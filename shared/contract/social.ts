import { z } from "zod";
import { Image } from "./image.ts";

/** Nothing is told of fewer people than this (k-anonymity): a group of five hides each of its members. */
export const fewestPeople = 5;

/** A count as others may know it: never an exact one, so that nobody's coming or going shows in it. 0 where it may not be told at all. */
export function aboutHowMany(people: number): number {
  if (people < fewestPeople) return 0;
  const step = 5 * 10 ** Math.max(0, Math.floor(Math.log10(people)) - 1);
  return Math.floor(people / step) * step;
}

const about = z.int().min(fewestPeople).meta({ description: `About how many people: rounded down, and never told under ${fewestPeople}` });

/** One taste that several people share with the viewer. It says how many, never who. */
export const SharedTaste = z
  .object({
    puddle_id: z.string().meta({ description: "The viewer's own puddle" }),
    people: about,
    image: Image.meta({ description: "The image that stands for the viewer's puddle" }),
    region: z.object({ id: z.string(), label: z.string() }).nullable(),
  })
  .meta({ id: "SharedTaste" });
export type SharedTaste = z.infer<typeof SharedTaste>;

export const Neighbours = z
  .object({
    shared_taste: z.boolean().meta({ description: "False where the viewer opted out: then nobody is counted, the viewer least of all" }),
    says: z.string().meta({ description: "The answer in a sentence, the empty one too" }),
    links: z.array(SharedTaste).meta({ description: "Shared by most people first" }),
  })
  .meta({ id: "Neighbours" });
export type Neighbours = z.infer<typeof Neighbours>;

export const Community = z
  .object({
    id: z.string(),
    label: z.string(),
    people: about,
    top_images: z.array(Image),
    yours: z.boolean().optional().meta({ description: "Whether the caller is in it; only told to a viewer, of themselves" }),
  })
  .meta({ id: "Community" });

export const Communities = z
  .object({
    communities: z.array(Community).meta({ description: "Largest first" }),
    bridges: z
      .array(z.object({ between: z.tuple([z.string(), z.string()]), images: z.array(Image) }))
      .meta({ description: "Images that lie between two communities, best first" }),
  })
  .meta({ id: "Communities" });
export type Communities = z.infer<typeof Communities>;

/** An invitation to look together; whoever holds the code may ask for a feed for both until it runs out or is taken back. */
export const Invitation = z
  .object({ code: z.string(), expires_at: z.iso.datetime() })
  .meta({ id: "Invitation" });
export type Invitation = z.infer<typeof Invitation>;

/** 128 random bits in base64url. */
export const invitationCode = /^[A-Za-z0-9_-]{22}$/;
export const invitationDays = 7;
/** Codes one feed may name, and so people who look together beside the viewer. */
export const mostInvited = 4;

const codes = new RegExp(`^[A-Za-z0-9_-]{22}(?:,[A-Za-z0-9_-]{22}){0,${mostInvited - 1}}$`);

/** Codes as a feed's `with` names them. */
export const InvitationCodes = z
  .string()
  .regex(codes, { message: `name one to ${mostInvited} invitation codes, comma-separated` })
  .meta({ description: `Invitation codes, up to ${mostInvited}, comma-separated: the feed is then composed for the viewer and those who invited them` });
