/-! A line editor: the text before the cursor is kept back to front. -/

namespace Editor

structure Buffer where
  before : List Char
  after : List Char

namespace Buffer

def text (b : Buffer) : List Char := b.before.reverse ++ b.after

def cursor (b : Buffer) : Nat := b.before.length

def left (b : Buffer) : Buffer :=
  match b.before with
  | [] => b
  | c :: cs => ⟨cs, c :: b.after⟩

def right (b : Buffer) : Buffer :=
  match b.after with
  | [] => b
  | c :: cs => ⟨c :: b.before, cs⟩

def type (b : Buffer) (c : Char) : Buffer := ⟨c :: b.before, b.after⟩

def backspace (b : Buffer) : Buffer := ⟨b.before.tail, b.after⟩

/-- The same step over and over. -/
def times (f : Buffer → Buffer) : Nat → Buffer → Buffer
  | 0, b => b
  | n + 1, b => times f n (f b)

def home (b : Buffer) : Buffer := times left b.before.length b

def typeAll (b : Buffer) (cs : List Char) : Buffer := cs.foldl type b

theorem home_eq (b : Buffer) : home b = ⟨[], b.text⟩ := by
  obtain ⟨cs, ds⟩ := b
  unfold home
  induction cs generalizing ds with
  | nil => rfl
  | cons c cs ih => simp_all [times, left, text]

theorem text_typeAll (b : Buffer) (cs : List Char) : (typeAll b cs).text = b.before.reverse ++ cs ++ b.after := by
  unfold typeAll
  induction cs generalizing b with
  | nil => simp [text]
  | cons c cs ih => simp [ih, type]

/-- What was typed can be taken back. -/
theorem backspace_typeAll (b : Buffer) (cs : List Char) : times backspace cs.length (typeAll b cs) = b := by
  have h : ∀ n d (b : Buffer), times backspace n ⟨d, b.after⟩ = ⟨d.drop n, b.after⟩ := by
    intro n
    induction n with
    | zero => intro d b; simp [times]
    | succ n ih =>
      intro d b
      rw [times, backspace]
      have := ih d.tail b
      simpa using this
  have g : ∀ (cs : List Char) (b : Buffer), typeAll b cs = ⟨cs.reverse ++ b.before, b.after⟩ := by
    intro cs
    induction cs with
    | nil => intro b; rfl
    | cons c cs ih =>
      intro b
      have := ih (type b c)
      simp only [typeAll, List.foldl_cons] at this ⊢
      rw [this]; simp [type]
  rw [g, h]
  simp

theorem right_left (b : Buffer) (n : Nat) (h : n ≤ b.cursor) : times right n (times left n b) = b := by
  have h1 : ∀ n (b : Buffer), right (times right n b) = times right n (right b) := by
    intro n
    induction n with
    | zero => intro b; rfl
    | succ n ih => intro b; simp only [times]; rw [ih]
  induction n generalizing b with
  | zero => rfl
  | succ n ih =>
    obtain ⟨cs, ds⟩ := b
    cases cs with
    | nil => simp [cursor] at h
    | cons c cs =>
      simp only [times]
      rw [← h1, ih _ (by simpa [cursor, left] using h)]
      simp [left, right]

end Buffer

end Editor
