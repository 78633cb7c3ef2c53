// What a person reads.

const WORDS = {
  he: {
    dir: "rtl",
    states: {
      saved: "הכול נשמר",
      unsaved: "יש שינויים שטרם נשמרו",
      saving: "שומר…",
      queued: "ממתין לשליחה",
      offline: "אין חיבור. השינויים שמורים במחשב ויישלחו כשהחיבור יחזור",
      conflict: "מישהו שמר בינתיים. יש לבחור מה לעשות",
      refused: "השמירה נדחתה",
      "signed-out": "פג תוקף הכניסה. השינויים ממתינים לכניסה מחדש",
      paused: "השמירה האוטומטית נעצרה: בדף פתוח תיק אחר",
    },
    notLasting: "אין מקום בדפדפן: אין לסגור את החלון עד שהשינויים יישמרו",
    importHelper: "טען helper מקובץ",
    imported: (name) => `הקובץ נטען ונשמר בשם ${name}`,
    importFailed: "הקובץ לא נטען.",
    badFile: "זה אינו קובץ helper תקין",
  },
  en: {
    dir: "ltr",
    states: {
      saved: "All saved",
      unsaved: "Not saved yet",
      saving: "Saving…",
      queued: "Waiting to be sent",
      offline: "No connection. Changes are kept on this computer and sent when it is back",
      conflict: "Somebody saved meanwhile. Choose what to do",
      refused: "The save was refused",
      "signed-out": "Your login has ended. Changes wait until you log in again",
      paused: "Autosave has stopped: the page shows another case",
    },
    notLasting: "The browser has no room: keep this window open until the changes are saved",
    importHelper: "Load a helper from a file",
    imported: (name) => `The file was loaded and saved as ${name}`,
    importFailed: "The file was not loaded.",
    badFile: "This is no valid helper file",
  },
};

export const words = (language) => WORDS[language] ?? WORDS.he;
